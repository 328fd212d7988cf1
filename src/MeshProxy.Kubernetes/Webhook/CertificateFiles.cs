using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>
/// A server's certificate and key from files that are replaced while it runs. They are looked at when a client comes, at most once a
/// second: handshakes are rare, and no kind of replacement (a projected volume swaps a link) goes unseen. A new pair that does not fit, or
/// cannot be read, leaves the old one in force.
/// </summary>
/// <param name="failed">Told the reason when a new pair is not taken over; once for each.</param>
public sealed class CertificateFiles(string certificateFile, string keyFile, Action<string> failed, TimeProvider? time = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private string _fingerprint = "";
    private long _looked;

    /// <summary>End of the validity of the one in force.</summary>
    public DateTimeOffset? Expires => _current?.TargetCertificate.NotAfter;

    /// <summary>The pair in force, and the cause where there is none.</summary>
    public bool TryLoad(out string cause)
    {
        lock (_lock)
        {
            cause = Look() ?? "";
            return _current is not null;
        }
    }

    internal SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_looked) >= Interval && Look() is { } cause)
                failed(cause);
            return _current ?? throw new AuthenticationFailure();
        }
    }

    /// <summary>Null where all is well, or nothing has changed.</summary>
    private string? Look()
    {
        _looked = _time.GetTimestamp();
        try
        {
            var (certificate, key) = (File.ReadAllText(certificateFile), File.ReadAllText(keyFile));
            var fingerprint = certificate + key;
            if (fingerprint == _fingerprint)
                return null;
            _fingerprint = fingerprint;
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            _current = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(certificate, key), chain, offline: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"certificate {certificateFile} with key {keyFile}: {e.Message}";
        }
    }

    private sealed class AuthenticationFailure() : System.Security.Authentication.AuthenticationException("there is no certificate");
}
