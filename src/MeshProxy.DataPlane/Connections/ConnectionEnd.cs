using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Connections;

/// <summary>All there is to say of a connection when it has ended.</summary>
/// <param name="Phase">How far it had come.</param>
/// <param name="Detail">What its first bytes named: a server name, a well-known protocol; empty where nothing.</param>
internal readonly record struct ConnectionEnd(
    Direction Direction,
    ConnectionPhase Phase,
    Protocol Protocol,
    SocketEndpoint Target,
    string Detail,
    CloseReason Reason,
    Errno Error,
    long BytesSent,
    long BytesReceived,
    double Seconds);
