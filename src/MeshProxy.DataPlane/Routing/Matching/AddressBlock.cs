using System.Net;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing.Matching;

/// <summary>A network in the form in which endpoints hold addresses: IPv4 is v4-mapped, so a /8 is a /104.</summary>
internal readonly struct AddressBlock
{
    private readonly UInt128 _start;
    private readonly UInt128 _mask;

    public AddressBlock(IPNetwork network)
    {
        var endpoint = SocketEndpoint.From(network.BaseAddress, 0);
        var length = endpoint.IsV4 ? 96 + network.PrefixLength : network.PrefixLength;
        _mask = length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);
        _start = endpoint.Address;
    }

    public bool Contains(SocketEndpoint endpoint) => (endpoint.Address & _mask) == _start;
}
