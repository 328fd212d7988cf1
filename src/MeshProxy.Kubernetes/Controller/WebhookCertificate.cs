using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>A server's certificate with an authority made for it alone, whose key is thrown away: nobody can sign another.</summary>
/// <param name="Authority">PEM, as the others are.</param>
internal sealed record WebhookCertificate(string Authority, string Certificate, string Key)
{
    /// <summary>For API servers whose clocks are behind.</summary>
    private static readonly TimeSpan Backdated = TimeSpan.FromHours(1);

    /// <param name="names">DNS names by which it is called.</param>
    public static WebhookCertificate Make(IReadOnlyList<string> names, DateTimeOffset now, TimeSpan validFor)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = AuthorityOf(authorityKey, now, validFor);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=meshproxy-webhook", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var certificate = request.Create(authority, now - Backdated, now + validFor, Serial());
        return new WebhookCertificate(
            authority.ExportCertificatePem() + "\n", certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Null where it serves every name until then, and its authority vouches for it; else what is wrong, in one line.</summary>
    public string? WrongAt(IEnumerable<string> names, DateTimeOffset then)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Certificate, Key);
            if (certificate.NotAfter.ToUniversalTime() <= then.UtcDateTime)
                return $"it ends on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";
            if (names.FirstOrDefault(name => !certificate.MatchesHostname(name)) is { } missing)
                return $"it is not for {missing}";
            return IsSignedBy(certificate, Authority) ? null : "its authority did not sign it";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return e.Message;
        }
    }

    /// <param name="authorities">PEM, one or several.</param>
    /// <param name="between">Certificates that may stand between the two; a server sends them with its own.</param>
    public static bool IsSignedBy(X509Certificate2 certificate, string authorities, X509Certificate2Collection? between = null)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(between ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.ChainPolicy.CustomTrustStore.Count > 0 && chain.Build(certificate);
    }

    private static X509Certificate2 AuthorityOf(ECDsa key, DateTimeOffset now, TimeSpan validFor)
    {
        // Authorities of different years stand in one bundle, so each has a name of its own.
        var request = new CertificateRequest($"CN=meshproxy-webhook-ca-{now:yyyyMMddHHmmss}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now - Backdated, now + validFor);
    }

    /// <summary>Positive, as RFC 5280 section 4.1.2.2 has it.</summary>
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7f | 0x40);
        return serial;
    }
}
