using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MeshProxy.Kubernetes.Api;

/// <summary>What a pod is given to speak to its cluster's API server.</summary>
public static class ServiceAccount
{
    public const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    public static ApiResult<ApiServer> InCluster() => InCluster(Environment.GetEnvironmentVariable, Folder);

    /// <param name="variable">The environment.</param>
    /// <param name="folder">Holds <c>token</c>, <c>ca.crt</c> and <c>namespace</c>; links that are swapped whole.</param>
    public static ApiResult<ApiServer> InCluster(Func<string, string?> variable, string folder)
    {
        var (host, port) = (variable("KUBERNETES_SERVICE_HOST"), variable("KUBERNETES_SERVICE_PORT"));
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            return NotConfigured("this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
        var (token, authorities) = (Path.Combine(folder, "token"), Path.Combine(folder, "ca.crt"));
        if (FirstUnreadable(token, authorities) is { } unreadable)
            return NotConfigured($"{unreadable}; has the pod automountServiceAccountToken: false?");
        var name = IPAddress.TryParse(host, out var address) && address.GetAddressBytes().Length == 16 ? $"[{host}]" : host;
        return Uri.TryCreate($"https://{name}:{port}", UriKind.Absolute, out var uri)
            ? new ApiServer(uri, () => ReadAuthorities(authorities), () => File.ReadAllText(token).Trim())
            : NotConfigured($"KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT make no address: '{host}', '{port}'");
    }

    /// <summary>Of the pod we are in; null where we are in none.</summary>
    public static string? OwnNamespace(string folder = Folder)
    {
        var file = Path.Combine(folder, "namespace");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    internal static X509Certificate2Collection ReadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities;
    }

    private static string? FirstUnreadable(string token, string authorities)
    {
        try
        {
            File.ReadAllText(token);
            return ReadAuthorities(authorities).Count == 0 ? $"{authorities}: holds no certificate" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return e.Message;
        }
    }

    private static ApiFailure NotConfigured(string cause) => new(ApiFailureKind.NotConfigured, cause);
}
