namespace MeshProxy.Transport.Sockets;

/// <summary>What is known of a socket between edges: set by an event, taken back by the call that found nothing left.</summary>
[Flags]
public enum Readiness : byte
{
    None = 0,
    Readable = 1,
    Writable = 2,

    /// <summary>The peer's FIN or RST is in: reading goes on to the very end, however short a read was.</summary>
    ReadEnded = 4,

    /// <summary>An urgent byte waits somewhere in the stream.</summary>
    Urgent = 8,

    /// <summary>EPOLLERR or EPOLLHUP: reset, timed out, or over in both directions.</summary>
    Failed = 16,
}
