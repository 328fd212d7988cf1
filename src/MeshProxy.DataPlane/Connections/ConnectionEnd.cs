using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Connections;

/// <summary>All there is to say of a connection when it has ended.</summary>
internal readonly record struct ConnectionEnd(
    Direction Direction,
    Protocol Protocol,
    SocketEndpoint Target,
    CloseReason Reason,
    Errno Error,
    long BytesSent,
    long BytesReceived,
    double Seconds);
