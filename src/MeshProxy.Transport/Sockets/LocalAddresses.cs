using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// Whether an address belongs to this network namespace, whatever the interface: the kernel binds a datagram socket to local addresses
/// only (EADDRNOTAVAIL otherwise). What was found local is remembered for a while; a pod has one address or two. One per loop.
/// </summary>
public sealed class LocalAddresses
{
    private const int Remembered = 16;
    private const long RememberedMilliseconds = 30_000;

    private readonly (UInt128 Address, long Until)[] _known = new (UInt128, long)[Remembered];
    private int _next;

    public bool Contains(SocketEndpoint endpoint, long nowMilliseconds)
    {
        if (endpoint.IsLoopback)
            return true;
        foreach (var (address, until) in _known)
        {
            if (address == endpoint.Address && until > nowMilliseconds)
                return true;
        }
        if (!CanBind(endpoint))
            return false;
        _known[_next++ % Remembered] = (endpoint.Address, nowMilliseconds + RememberedMilliseconds);
        return true;
    }

    private static bool CanBind(SocketEndpoint endpoint)
    {
        var probe = SocketCalls.CreateDatagram(SocketAddress.FamilyOf(endpoint));
        if (probe.Failed)
            return false;
        var bound = SocketCalls.Bind(probe.Value, endpoint with { Port = 0 });
        SocketCalls.Close(probe.Value);
        return !bound.Failed;
    }
}
