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

    /// <summary>The same nginx on an unmarked port: MeshProxy finds out that it is HTTP/1, and observes it.</summary>
    public static Target Http1 { get; } = new(8081, 2, Opaque: false);

    /// <summary>The same nginx speaking HTTP/2 in clear text (prior knowledge, RFC 9113 section 3.3), on an unmarked port.</summary>
    public static Target Http2 { get; } = new(8082, 3, Opaque: false);

    /// <summary>A server that speaks first, on an unmarked port.</summary>
    public static Target Greeting { get; } = new(8083, 4, Opaque: false);

    public static IReadOnlyList<Target> All { get; } = [Small, Bulk, Http1, Http2, Greeting];

    public static IPAddress IPAddress { get; } = IPAddress.Parse(Address);

    public IPEndPoint EndPoint => new(IPAddress, Port);

    public override string ToString() => $"{Address}:{Port}";
}
