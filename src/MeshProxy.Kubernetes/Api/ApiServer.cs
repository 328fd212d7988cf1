using System.Security.Cryptography.X509Certificates;

namespace MeshProxy.Kubernetes.Api;

/// <summary>Where the API server is, how to know it, and how it knows us.</summary>
/// <param name="Address">With a path where the server is behind one.</param>
/// <param name="Authorities">Read for each new connection, because they are rotated; null trusts what the system trusts.</param>
/// <param name="Token">Read for each request, because it is rotated: the kubelet replaces it when 80 % of its life have passed. Null sends
/// none.</param>
/// <param name="ClientCertificate">With its key; null shows none.</param>
/// <param name="ServerName">The name in the server's certificate, where it is not that of the address.</param>
public sealed record ApiServer(
    Uri Address,
    Func<X509Certificate2Collection>? Authorities = null,
    Func<string>? Token = null,
    X509Certificate2? ClientCertificate = null,
    string? ServerName = null)
{
    /// <summary>For trials alone: whoever answers is believed.</summary>
    public bool TrustsAnybody { get; init; }
}
