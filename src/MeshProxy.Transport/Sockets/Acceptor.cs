namespace MeshProxy.Transport.Sockets;

/// <summary>Takes over the connections of a listener, on the listener's loop.</summary>
public abstract class Acceptor
{
    /// <summary>
    /// A connection has been accepted: returns who owns it. Its socket follows in <see cref="OnAccepted"/> once it is watched.
    /// </summary>
    protected internal abstract SocketOwner NewOwner();

    protected internal abstract void OnAccepted(LoopSocket downstream, SocketOwner owner);

    /// <summary>A connection was turned away with a reset, because there has been no room for longer than it could wait.</summary>
    protected internal abstract void OnShed();

    /// <summary>Accepting has paused, for want of that.</summary>
    protected internal abstract void OnPaused(ResourceLimit limit);

    protected internal abstract void OnResumed();
}
