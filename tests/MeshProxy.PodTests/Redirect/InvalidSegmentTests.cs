using System.Net;
using System.Net.Sockets;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect;

/// <summary>
/// Segments that conntrack cannot place are not translated, so the pod's kernel would answer them with a reset that ends a healthy
/// connection.
/// </summary>
public sealed class InvalidSegmentTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    private const ushort Port = 8080;

    [PodTheory("iptables-nft-restore", "iptables-legacy-restore")]
    [InlineData(RedirectBackend.Netlink, IpFamily.V4)]
    [InlineData(RedirectBackend.Netlink, IpFamily.V6)]
    [InlineData(RedirectBackend.IptablesNft, IpFamily.V4)]
    [InlineData(RedirectBackend.IptablesLegacy, IpFamily.V4)]
    public async Task An_out_of_window_segment_does_not_end_a_redirected_connection(RedirectBackend backend, IpFamily family)
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig(), new RedirectOptions(backend));
        using var connection = await OpenAsync(pod, family);

        StraySegment.Send(pod.Client.Namespace, connection.Client);

        await connection.ExchangeAsync();
    }

    /// <summary>The segment is what it should be: without the rule it does its harm.</summary>
    [PodTheory]
    [InlineData(IpFamily.V4)]
    [InlineData(IpFamily.V6)]
    public async Task It_does_where_dropping_is_switched_off(IpFamily family)
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig { DropInvalid = false });
        using var connection = await OpenAsync(pod, family);

        StraySegment.Send(pod.Client.Namespace, connection.Client);

        Assert.Equal(SocketError.ConnectionReset, await connection.Client.EndAsync());
    }

    /// <summary>
    /// A connection that is not translated is its own TCP's business: it answers such a segment with where it really is (RFC 9293,
    /// 3.10.7.4).
    /// </summary>
    [PodFact("nft")]
    public async Task A_segment_of_a_connection_that_is_not_redirected_is_not_dropped()
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig { Inbound = new InboundRedirect { SkipPorts = [new(9000, 9000)] } });
        using var listener = pod.App.Namespace.Listen(IPAddress.Any, 9000);
        using var client = await pod.Client.ConnectAsync(pod.App.Endpoint(IpFamily.V4, 9000));
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        StraySegment.Send(pod.Client.Namespace, client);
        await client.SendTextAsync("?");
        Assert.Equal("?", await server.ReadTextAsync(1));

        Assert.Equal(0ul, DroppedInvalid(pod));
    }

    private static ulong DroppedInvalid(RedirectedPod pod) =>
        pod.Inspect().Rules.Where(r => r.Rule == "drop-invalid").Aggregate(0ul, (sum, r) => sum + r.Packets);

    private static async Task<RedirectedConnection> OpenAsync(RedirectedPod pod, IpFamily family)
    {
        var connection = await RedirectedConnection.OpenAsync(pod, family, Port);
        await connection.ExchangeAsync();
        return connection;
    }
}
