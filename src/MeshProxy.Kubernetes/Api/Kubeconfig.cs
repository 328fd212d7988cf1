using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Manifests;
using MeshProxy.Values;
using YamlDotNet.Core;

namespace MeshProxy.Kubernetes.Api;

/// <summary>
/// The files by which kubectl finds its cluster. Programs that make credentials are not run: a command that looks at a cluster starts
/// nothing that a file names.
/// </summary>
public static class Kubeconfig
{
    public const string Variable = "KUBECONFIG";

    /// <summary>What kubectl reads: the files of KUBECONFIG, or ~/.kube/config.</summary>
    public static string DefaultPath(Func<string, string?> variable) => variable(Variable) is { Length: > 0 } given ? given
        : Path.Combine(variable("HOME") ?? "/", ".kube", "config");

    /// <param name="paths">One file, or several with a colon between them: of each name, the first file that has it counts.</param>
    /// <param name="context">Empty is the current one.</param>
    public static ApiResult<ApiServer> Read(string paths, string context = "")
    {
        var files = new List<KubeconfigFile>();
        foreach (var path in paths.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                files.Add(new KubeconfigFile(path, Parse(File.ReadAllText(path))));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && paths.Contains(':'))
            {
                // As kubectl has it: of several, not all need to be there.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlException)
            {
                return Wrong(path, e.Message);
            }
        }
        return files.Count == 0 ? Wrong(paths, "does not exist") : Read(files, context);
    }

    private static ApiResult<ApiServer> Read(List<KubeconfigFile> files, string context)
    {
        var wanted = context.Length > 0 ? context
            : files.Select(file => ApiObject.Text(file.Content, "current-context")).FirstOrDefault(name => name is { Length: > 0 });
        if (wanted is null)
            return Wrong(files[0].Path, "has no current-context; choose one by --context");
        if (Find(files, "contexts", "context", wanted) is not var (file, chosen))
            return Wrong(files[0].Path, $"has no context '{wanted}'{Nearest(files, wanted)}");
        if (Find(files, "clusters", "cluster", ApiObject.Text(chosen, "cluster") ?? "") is not var (clusterFile, cluster))
            return Wrong(file.Path, $"context '{wanted}' names a cluster that is not there");
        var user = Find(files, "users", "user", ApiObject.Text(chosen, "user") ?? "");
        try
        {
            return Server(clusterFile, cluster, user?.File ?? file, user?.Content);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or CryptographicException or FormatException or ArgumentException)
        {
            return Wrong(file.Path, $"context '{wanted}': {e.Message}");
        }
    }

    private static ApiResult<ApiServer> Server(KubeconfigFile clusterFile, JsonObject cluster, KubeconfigFile userFile, JsonObject? user)
    {
        var named = ApiObject.Text(cluster, "server");
        if (!Uri.TryCreate(named, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            return Wrong(clusterFile.Path, $"server '{named}' is no address such as https://10.0.0.1:6443");
        if (Unsupported(cluster, user) is { } unsupported)
            return Wrong(userFile.Path, unsupported);
        var authorities = clusterFile.Pem(cluster, "certificate-authority");
        var token = ApiObject.Text(user, "token");
        var tokenFile = ApiObject.Text(user, "tokenFile") is { Length: > 0 } path ? userFile.PathOf(path) : null;
        return new ApiServer(
            address,
            authorities is null ? null : () => Certificates(authorities),
            tokenFile is not null ? () => File.ReadAllText(tokenFile).Trim() : token is null ? null : () => token,
            ClientCertificate(userFile, user),
            ApiObject.Text(cluster, "tls-server-name"))
        {
            TrustsAnybody = ApiObject.IsTrue(cluster, "insecure-skip-tls-verify"),
        };
    }

    private static string? Unsupported(JsonObject cluster, JsonObject? user)
    {
        if (ApiObject.Text(user, "exec", "command") is { } command)
            return $"credentials come from the program '{command}', which is not run; give a token, as of kubectl create token NAME";
        if (user?["auth-provider"] is not null)
            return "credentials come from an auth-provider, which is not supported; give a token or a client certificate";
        if (user?["username"] is not null)
            return "a username and password are not supported; give a token or a client certificate";
        if (user?["as"] is not null)
            return "acting as somebody else ('as') is not supported; give that user's own credentials";
        return cluster["proxy-url"] is null ? null : "proxy-url is not supported; run this where the API server is reached without a proxy";
    }

    private static X509Certificate2? ClientCertificate(KubeconfigFile file, JsonObject? user)
    {
        if (user is null || file.Pem(user, "client-certificate") is not { } certificate)
            return null;
        if (file.Pem(user, "client-key") is not { } key)
            throw new ArgumentException("client-certificate is given without client-key");
        return X509Certificate2.CreateFromPem(certificate, key);
    }

    private static X509Certificate2Collection Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates;
    }

    private static (KubeconfigFile File, JsonObject Content)? Find(List<KubeconfigFile> files, string list, string field, string name)
    {
        foreach (var file in files)
        {
            var entry = ApiObject.Items(file.Content, list).FirstOrDefault(item => ApiObject.Text(item, "name") == name);
            if (entry?[field] is JsonObject content)
                return (file, content);
        }
        return null;
    }

    private static string Nearest(List<KubeconfigFile> files, string wanted)
    {
        var names = files.SelectMany(file => ApiObject.Items(file.Content, "contexts"))
            .Select(item => ApiObject.Text(item, "name") ?? "").ToList();
        return NearestName.Find(wanted, names) is { } nearest ? $"; did you mean {nearest}?" : $"; there are {string.Join(", ", names)}";
    }

    private static JsonObject Parse(string text) =>
        YamlPieces.Parse(text) is [var root, ..] && YamlJson.Of(root) is JsonObject content ? content
            : throw new YamlException(Mark.Empty, Mark.Empty, "is no mapping");

    private static ApiFailure Wrong(string path, string cause) => new(ApiFailureKind.NotConfigured, $"{path}: {cause}");
}
