using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing;

/// <summary>
/// Whether an address is one of the proxy's own listeners, by whatever address of this namespace. Asked from any thread, for every try.
/// </summary>
/// <param name="listeners">Complete before the first connection is accepted.</param>
internal sealed class OwnListeners(IReadOnlyList<SocketEndpoint> listeners, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LocalAddresses _localAddresses = new();

    public bool Contains(SocketEndpoint endpoint)
    {
        for (var i = 0; i < listeners.Count; i++)
        {
            if (listeners[i].Port == endpoint.Port)
                return IsLocal(endpoint);
        }
        return false;
    }

    private bool IsLocal(SocketEndpoint endpoint)
    {
        lock (_lock)
            return _localAddresses.Contains(endpoint, time.GetTimestamp() / (time.TimestampFrequency / 1000));
    }
}
