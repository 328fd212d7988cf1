using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MeshProxy.Kubernetes.Api;

/// <summary>TLS and connections to the API server.</summary>
internal static class ApiConnections
{
    public static SocketsHttpHandler HandlerFor(ApiServer server, ApiTimeouts timeouts) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = timeouts.Connect,
        // A new connection now and then finds new authorities, and other API servers behind the same address.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        // Without pings, a dead HTTP/2 connection holds every request until the kernel gives it up, some 15 min.
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        SslOptions = Tls(server),
    };

    private static SslClientAuthenticationOptions Tls(ApiServer server) => new()
    {
        TargetHost = server.ServerName,
        ClientCertificates = server.ClientCertificate is { } own ? [own] : null,
        LocalCertificateSelectionCallback = server.ClientCertificate is { } shown ? (_, _, _, _, _) => shown : null,
        RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(server, certificate, errors),
    };

    private static bool IsTrusted(ApiServer server, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || server.TrustsAnybody)
            return true;
        // The name must be right in any case; who signed it is for the given authorities to say.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 shown
            || server.Authorities is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(server.Authorities());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown);
    }
}
