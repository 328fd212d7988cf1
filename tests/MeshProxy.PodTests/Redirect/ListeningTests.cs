using System.Net;
using System.Net.Sockets;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect;

/// <summary>Inbound connections are redirected where a socket of the pod listens, and nowhere else.</summary>
public sealed class ListeningTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    private const ushort Port = 8080;

    [PodTheory("nft", "iptables-nft-restore", "iptables-legacy-restore")]
    [InlineData(RedirectBackend.Netlink)]
    [InlineData(RedirectBackend.Nft)]
    [InlineData(RedirectBackend.IptablesNft)]
    [InlineData(RedirectBackend.IptablesLegacy)]
    public async Task Servers_on_any_address_and_on_the_pods_address_are_redirected(RedirectBackend backend)
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig(), new RedirectOptions(backend));
        pod.StandIn();
        pod.Serve(pod.App, IPAddress.Any, 8080, "app");
        pod.Serve(pod.App, IPAddress.IPv6Any, 8081, "app");
        pod.Serve(pod.App, pod.App.V4, 8082, "app");
        pod.Serve(pod.App, pod.App.V6, 8083, "app");

        (IpFamily Family, ushort Port)[] served =
            [(IpFamily.V4, 8080), (IpFamily.V4, 8081), (IpFamily.V6, 8081), (IpFamily.V4, 8082), (IpFamily.V6, 8083)];
        foreach (var (family, port) in served)
        {
            var destination = pod.App.Endpoint(family, port);
            Assert.Equal(StandInProxy.In(destination), await Owner.App.AskAsync(pod.Client.Namespace, destination));
        }
    }

    [PodTheory("nft", "iptables-nft-restore", "iptables-legacy-restore")]
    [InlineData(RedirectBackend.Netlink)]
    [InlineData(RedirectBackend.Nft)]
    [InlineData(RedirectBackend.IptablesNft)]
    [InlineData(RedirectBackend.IptablesLegacy)]
    [Trait("fault", "T5")]
    public async Task Closed_ports_servers_on_loopback_and_the_proxys_own_port_are_refused_by_the_kernel(RedirectBackend backend)
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig(), new RedirectOptions(backend));
        pod.StandIn();
        pod.Serve(pod.App, IPAddress.Loopback, 8080, "app");
        pod.Serve(pod.App, IPAddress.IPv6Loopback, 8080, "app");

        foreach (var family in Enum.GetValues<IpFamily>())
        {
            foreach (ushort port in new[] { 8080, 8081, 4143, 4140 })
                Assert.Equal("refused", await Owner.App.AskAsync(pod.Client.Namespace, pod.App.Endpoint(family, port)));
        }
    }

    [PodFact]
    public async Task All_ports_are_redirected_where_asked_for()
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig { Inbound = new InboundRedirect { Mode = InboundMode.All } });
        pod.StandIn();

        var closed = pod.App.Endpoint(IpFamily.V4, Port);
        Assert.Equal(StandInProxy.In(closed), await Owner.App.AskAsync(pod.Client.Namespace, closed));
    }

    [PodFact]
    public async Task A_group_of_servers_on_one_port_is_redirected_until_the_last_is_gone()
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig());
        pod.StandIn();
        using var first = ListenInGroup(pod);
        using var second = ListenInGroup(pod);
        var destination = pod.App.Endpoint(IpFamily.V4, Port);

        Assert.Equal(StandInProxy.In(destination), await Owner.App.AskAsync(pod.Client.Namespace, destination));
        first.Dispose();
        Assert.Equal(StandInProxy.In(destination), await Owner.App.AskAsync(pod.Client.Namespace, destination));
        second.Dispose();
        Assert.Equal("refused", await Owner.App.AskAsync(pod.Client.Namespace, destination));
    }

    [PodFact]
    public async Task A_connection_outlives_the_server_that_had_listened()
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig());
        var destination = pod.App.Endpoint(IpFamily.V4, Port);
        using var listener = pod.App.Namespace.Listen(IPAddress.Any, Port);
        using var connection = await RedirectedConnection.OpenAsync(pod, destination, listener);

        listener.Dispose();

        await connection.ExchangeAsync();
        Assert.Equal("refused", await Owner.App.AskAsync(pod.Client.Namespace, destination));
        await connection.ExchangeAsync();
    }

    /// <summary>The proxy then finds out what the app's queue does; it must not be the kernel that lets the client hang.</summary>
    [PodFact]
    public async Task A_server_whose_queue_is_full_is_still_redirected()
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig());
        pod.StandIn();
        using var listener = pod.App.Namespace.OpenSocket(AddressFamily.InterNetwork);
        listener.Bind(new IPEndPoint(IPAddress.Any, Port));
        listener.Listen(0);
        using var queued = await pod.App.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));
        using var beyond = pod.App.Namespace.OpenSocket(AddressFamily.InterNetwork);
        var hanging = beyond.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));

        for (var client = 0; client < 20; client++)
        {
            var destination = pod.App.Endpoint(IpFamily.V4, Port);
            Assert.Equal(StandInProxy.In(destination), await Owner.App.AskAsync(pod.Client.Namespace, destination));
        }
        Assert.False(hanging.IsCompleted, "the server's queue was not full");
    }

    /// <summary>A port whose last connection is in TIME_WAIT has no listener, but is not unknown to the kernel either.</summary>
    [PodFact]
    public async Task A_client_that_comes_back_from_the_same_port_is_redirected()
    {
        using var pod = new RedirectedPod(network);
        pod.Serve(pod.App, IPAddress.Any, Port, "app");
        var destination = pod.App.Endpoint(IpFamily.V4, Port);
        var source = new IPEndPoint(pod.Client.V4, 40001);
        Assert.Equal("app", await AskFromAsync(pod, source, destination));

        pod.MustApply(new RedirectConfig());
        pod.StandIn();

        Assert.Equal(StandInProxy.In(destination), await AskFromAsync(pod, source, destination));
    }

    private static async Task<string> AskFromAsync(RedirectedPod pod, IPEndPoint source, IPEndPoint destination)
    {
        using var socket = pod.Client.Namespace.OpenSocket(AddressFamily.InterNetwork);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(source);
        await socket.ConnectAsync(destination).WaitAsync(Bound.Exchange);
        var answer = System.Text.Encoding.ASCII.GetString(await socket.ReadToEndAsync());
        // The server's side has closed first, and keeps TIME_WAIT.
        return answer;
    }

    private static Socket ListenInGroup(RedirectedPod pod)
    {
        const int SolSocket = 1;
        const int ReusePort = 15;
        var listener = pod.App.Namespace.OpenSocket(AddressFamily.InterNetwork);
        listener.SetRawSocketOption(SolSocket, ReusePort, BitConverter.GetBytes(1));
        listener.Bind(new IPEndPoint(IPAddress.Any, Port));
        listener.Listen(16);
        return listener;
    }
}
