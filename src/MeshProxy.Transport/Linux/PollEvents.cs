namespace MeshProxy.Transport.Linux;

/// <summary>Readiness as epoll reports it (epoll_ctl(2)).</summary>
[Flags]
internal enum PollEvents : uint
{
    None = 0,
    In = 0x1,

    /// <summary>TCP urgent data.</summary>
    Priority = 0x2,
    Out = 0x4,
    Error = 0x8,

    /// <summary>Both directions are over: FINs both ways, or a reset.</summary>
    HangUp = 0x10,

    /// <summary>The peer's FIN has arrived; bytes before it may still be unread.</summary>
    ReadHangUp = 0x2000,

    EdgeTriggered = 0x80000000,

    /// <summary>
    /// A relayed socket is registered once, for all it can become, and never again: edges cost no epoll_ctl when a direction blocks.
    /// </summary>
    AllEdges = In | Priority | Out | ReadHangUp | EdgeTriggered,
}
