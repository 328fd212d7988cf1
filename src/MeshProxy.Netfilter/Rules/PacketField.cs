namespace MeshProxy.Netfilter.Rules;

/// <summary>A field of the packet's headers.</summary>
internal enum PacketField
{
    TcpSourcePort,
    TcpDestinationPort,
    IPv4Source,
    IPv4Destination,
    IPv6Source,
    IPv6Destination,
}
