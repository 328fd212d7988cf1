using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MeshProxy.Kubernetes.Controller;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>What a server presented in a handshake, judged by an authority of one's choice instead of the system's.</summary>
/// <param name="Ends">In UTC.</param>
internal sealed record ServedCertificate(bool IsVouchedFor, bool IsForHost, DateTime Ends)
{
    /// <param name="bundle">PEM.</param>
    public static ServedCertificate Of(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors, string bundle) => new(
        WebhookCertificate.IsSignedBy(certificate, bundle, chain?.ChainPolicy.ExtraStore),
        !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
        certificate.NotAfter.ToUniversalTime());
}
