namespace MeshProxy.Transport.Sockets;

/// <summary>Who is told when a socket can be read or written, or has failed: the connection in its present phase.</summary>
public abstract class SocketOwner
{
    /// <summary>The socket's <see cref="LoopSocket.Readiness"/> has grown.</summary>
    protected internal abstract void OnReady(LoopSocket socket);

    /// <summary>Ends at once, with a reset to both peers.</summary>
    protected internal abstract void Abort(CloseReason reason);

    /// <summary>
    /// Called again and again while the proxy drains, so that a connection may end by itself as soon as nothing is lost by it.
    /// </summary>
    protected internal virtual void Sweep() { }
}
