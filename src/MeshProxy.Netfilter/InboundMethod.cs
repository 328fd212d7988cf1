namespace MeshProxy.Netfilter;

/// <summary>How an inbound connection reaches the proxy's socket.</summary>
public enum InboundMethod
{
    /// <summary>
    /// Its destination is rewritten (NAT). Needs nothing of the proxy; the kernel may rewrite a client's source port that collides.
    /// </summary>
    Redirect,

    /// <summary>
    /// The packet is handed over as it is (TPROXY). The proxy's listener needs IP_TRANSPARENT, hence NET_ADMIN or NET_RAW.
    /// </summary>
    Tproxy,
}
