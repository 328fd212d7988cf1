using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>The connection a relay works for: owns the sockets before the relay does, and is told of the end.</summary>
public abstract class RelayOwner : SocketOwner
{
    /// <summary>Both sockets are closed.</summary>
    protected internal abstract void OnRelayEnded(CloseReason reason);

    /// <summary>The proxy drains: look whether this relay can end.</summary>
    protected internal virtual void OnRelaySwept(ConnectionRelay relay) { }
}
