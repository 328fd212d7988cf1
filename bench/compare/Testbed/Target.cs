using System.Net;

namespace MeshProxy.Compare.Testbed;

/// <summary>
/// A server behind the proxies, at one address of the namespace. Clients always connect to it; a redirect rule makes that a connection to
/// the proxy under test.
/// </summary>
/// <param name="Offset">Added to a peer's first port: peers with fixed upstreams have one listener per target.</param>
/// <param name="Opaque">Whether MeshProxy is told not to detect the protocol on this port.</param>
internal sealed record Target(int Port, int Offset, bool Opaque)
{
    public const string Address = "10.200.0.1";

    /// <summary>nginx with a three-byte answer, on a port marked opaque.</summary>
    public static Target Small { get; } = new(8080, 0, Opaque: true);

    /// <summary>An iperf3 server, on a port marked opaque.</summary>
    public static Target Bulk { get; } = new(5201, 1, Opaque: true);

    public static IReadOnlyList<Target> All { get; } = [Small, Bulk];

    public static IPAddress IPAddress { get; } = IPAddress.Parse(Address);

    public IPEndPoint EndPoint => new(IPAddress, Port);

    public override string ToString() => $"{Address}:{Port}";
}
