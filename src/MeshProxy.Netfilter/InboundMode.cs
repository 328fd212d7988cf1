namespace MeshProxy.Netfilter;

/// <summary>Which inbound connections are redirected.</summary>
public enum InboundMode
{
    /// <summary>Only to ports where a socket of the pod listens: a closed port is refused by the kernel, as without a mesh.</summary>
    Listening,

    /// <summary>To every port. A client of a closed port is accepted by the proxy and then reset.</summary>
    All,
}
