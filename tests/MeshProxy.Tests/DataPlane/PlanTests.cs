using System.Net;
using System.Net.Sockets;
using MeshProxy.DataPlane;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

public sealed class PlanTests
{
    [Fact]
    public async Task Connection_that_nobody_redirected_is_reset_at_once()
    {
        await using var proxy = ProxyFixture.StartWithoutRedirect();
        await proxy.AssertResetAsync();
        await proxy.AssertEndedAsync(CloseReason.NotRedirected);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task Connection_meant_for_one_of_our_own_listeners_is_refused_as_a_loop(string address)
    {
        await using var looping = ProxyFixture.StartTowards(listener => SocketEndpoint.From(IPAddress.Parse(address), listener.Port));
        await looping.AssertResetAsync();
        await looping.AssertEndedAsync(address is "127.0.0.1" or "::ffff:127.0.0.1" ? CloseReason.NotRedirected : CloseReason.Loop);
    }

    [Fact]
    public async Task Outbound_connection_meant_for_our_inbound_listener_is_refused_as_a_loop()
    {
        SocketEndpoint inbound = default;
        await using var proxy = ProxyFixture.StartTowards(_ => inbound);
        inbound = proxy.Server.Endpoints(Direction.Inbound)[0];
        await proxy.AssertResetAsync();
        await proxy.AssertEndedAsync(CloseReason.Loop);
    }

    [Fact]
    public async Task Inbound_connection_to_an_address_that_is_not_ours_is_refused_before_anyone_is_dialled()
    {
        await using var proxy = ProxyFixture.StartTowards(_ => SocketEndpoint.From(IPAddress.Parse("192.0.2.1"), 80));
        await proxy.AssertResetAsync(Direction.Inbound);
        await proxy.AssertEndedAsync(CloseReason.NotOurAddress, Direction.Inbound);
    }

    [Fact]
    public async Task Listener_whose_port_is_taken_refuses_the_start_with_the_cause()
    {
        using var taken = Peer.Listen();
        var settings = ProxyFixture.Settings();
        var port = SocketEndpoint.From((IPEndPoint)taken.LocalEndPoint!);
        await using var server = new ProxyServer(
            settings with { Outbound = settings.Outbound with { Listen = [port] } },
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var refused = Assert.Throws<ListenException>(server.Start);
        Assert.Equal($"cannot listen on {port}: the port is taken by another process (ss -ltnp shows it)", refused.Message);
    }
}
