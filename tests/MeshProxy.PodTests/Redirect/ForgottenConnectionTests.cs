using System.Net;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect;

/// <summary>Connections that conntrack does not know: those it has forgotten, and those that began before there were rules.</summary>
public sealed class ForgottenConnectionTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    private const ushort Port = 8080;

    [PodTheory("conntrack")]
    [InlineData(IpFamily.V4)]
    [InlineData(IpFamily.V6)]
    public async Task A_redirected_connection_that_conntrack_forgot_goes_on_when_the_client_speaks(IpFamily family)
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig());
        using var connection = await RedirectedConnection.OpenAsync(pod, family, Port);
        await connection.ExchangeAsync();

        await pod.MustRunAsync("conntrack", "-F");

        await connection.ExchangeAsync();
    }

    /// <summary>
    /// What the proxy sends meanwhile waits, as if lost, and arrives once the client has spoken; nothing resets the connection.
    /// </summary>
    [PodFact("conntrack")]
    public async Task An_answer_sent_while_conntrack_had_forgotten_arrives_later()
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig());
        using var connection = await RedirectedConnection.OpenAsync(pod, IpFamily.V4, Port);
        await connection.ExchangeAsync();

        await pod.MustRunAsync("conntrack", "-F");
        await connection.Proxy.SendTextAsync("late");
        await Bound.UntilAsync(() => Task.FromResult(Dropped(pod) > 0), Bound.Exchange, () => "the proxy's segment did not leave");
        await connection.Client.SendTextAsync("?");

        Assert.Equal("late", await connection.Client.ReadTextAsync(4));
        Assert.Equal("?", await connection.Proxy.ReadTextAsync(1));
    }

    [PodTheory("nft")]
    [InlineData(InboundMode.Listening)]
    [InlineData(InboundMode.All)]
    public async Task A_connection_that_began_before_the_rules_goes_on_unredirected(InboundMode mode)
    {
        using var pod = new RedirectedPod(network);
        using var listener = pod.App.Namespace.Listen(IPAddress.Any, Port);
        using var client = await pod.Client.ConnectAsync(pod.App.Endpoint(IpFamily.V4, Port));
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);
        using var farListener = pod.External.Namespace.Listen(pod.External.V4, Port);
        using var outgoing = await pod.App.ConnectAsync(pod.External.Endpoint(IpFamily.V4, Port));
        using var far = await farListener.AcceptAsync().WaitAsync(Bound.Exchange);

        pod.MustApply(new RedirectConfig { Inbound = new InboundRedirect { Mode = mode } });

        // The pod's end speaks first: its segment is the first that conntrack sees of the connection.
        await server.SendTextAsync("in");
        Assert.Equal("in", await client.ReadTextAsync(2));
        await client.SendTextAsync("in");
        Assert.Equal("in", await server.ReadTextAsync(2));
        await outgoing.SendTextAsync("out");
        Assert.Equal("out", await far.ReadTextAsync(3));
    }

    private static ulong Dropped(RedirectedPod pod) => pod.Inspect().Rules.Single(r => r.Chain == "outbound_guard").Packets;
}
