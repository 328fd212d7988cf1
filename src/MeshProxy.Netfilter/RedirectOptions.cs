namespace MeshProxy.Netfilter;

/// <summary>How a redirect is carried out; what it is stands in <see cref="RedirectConfig"/>.</summary>
/// <param name="NetworkNamespace">Path of the namespace, such as /run/netns/pod or /proc/1/ns/net; null for the caller's own.</param>
/// <param name="Replace">Remove another mesh's rules instead of refusing to stand beside them.</param>
/// <param name="BestEffort">Failing to set conntrack timeouts is a warning, not a failure.</param>
/// <param name="SelfTest">After applying, prove by a connection per family and direction that the redirect works.</param>
public sealed record RedirectOptions(
    RedirectBackend Backend = RedirectBackend.Netlink,
    string? NetworkNamespace = null,
    bool Replace = false,
    bool BestEffort = false,
    bool SelfTest = true);
