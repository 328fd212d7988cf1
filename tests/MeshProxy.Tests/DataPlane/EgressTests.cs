using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.Tests.DataPlane;

public sealed class EgressTests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Http_client_of_a_denied_destination_is_told_with_403_and_nobody_is_dialled()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, egress: Deny("127.0.0.0/8"));
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\nmeshproxy-error: connect, ", answer);
        await proxy.AssertEndedAsync(CloseReason.EgressDenied);
        Assert.Contains("meshproxy_egress_denied_total 1", proxy.Metrics());
        Assert.False(_listener.Poll(TimeSpan.Zero, SelectMode.SelectRead), "the destination was dialled");
    }

    [Fact]
    public async Task Opaque_connection_to_a_denied_destination_is_reset()
    {
        var port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, opaquePorts: $"{port}", egress: Deny("127.0.0.0/8"));
        await proxy.AssertResetAsync();
        await proxy.AssertEndedAsync(CloseReason.EgressDenied);
    }

    [Fact]
    public async Task Client_of_a_denied_destination_that_speaks_no_http_is_reset()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, egress: Deny("127.0.0.0/8"));
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("\0\0\0"u8.ToArray());
        Assert.Empty(await client.ReadToResetAsync());
    }

    [Fact]
    public async Task Inbound_connections_are_no_egress()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, egress: Deny("0.0.0.0/0"));
        using var client = await proxy.ConnectAsync(MeshProxy.DataPlane.Direction.Inbound);
        using var server = await _listener.AcceptAsync();
        await client.SendAsync("GET / HTTP/1.1\r\n"u8.ToArray());
    }

    [Fact]
    public async Task Network_marks_its_own_ports_opaque()
    {
        var port = (ushort)((IPEndPoint)_listener.LocalEndPoint!).Port;
        var network = Network("127.0.0.0/8", TrafficPolicy.Allow) with { OpaquePorts = [new PortRange(port, port)] };
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, egress: new EgressSettings([network], TrafficPolicy.Allow));
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await proxy.AssertDetectedAsync("opaque_port");
    }

    private static EgressSettings Deny(string cidr) => new([Network(cidr, TrafficPolicy.Deny)], TrafficPolicy.Allow);

    private static EgressNetwork Network(string cidr, TrafficPolicy policy) =>
        new("test", [new EgressBlock(IPNetwork.Parse(cidr), ImmutableArray<IPNetwork>.Empty)], policy, [], []);
}
