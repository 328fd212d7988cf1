using System.Net;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.Values;

namespace MeshProxy.PodTests.Redirect;

/// <summary>Rules are replaced whole: while they are, not one connection passes the proxy by.</summary>
public sealed class AtomicityTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    private const ushort Port = 8080;
    private const int Runs = 100;

    [PodTheory("nft", "iptables-nft-restore")]
    [InlineData(RedirectBackend.Netlink)]
    [InlineData(RedirectBackend.Nft)]
    [Trait("fault", "C6")]
    public async Task No_connection_bypasses_the_proxy_while_init_runs_again_and_again(RedirectBackend backend)
    {
        using var pod = new RedirectedPod(network);
        var app = pod.Serve(pod.App, IPAddress.IPv6Any, Port, "app");
        var far = pod.Serve(pod.External, pod.External.V4, Port, "far");
        var options = new RedirectOptions(backend);
        pod.MustApply(new RedirectConfig(), options);
        pod.StandIn();
        using var inbound = InboundClients(pod);
        var outside = pod.External.Endpoint(IpFamily.V4, Port);
        using var outbound = new Clients(pod.App.Namespace, outside, StandInProxy.Out(outside));

        for (var run = 0; run < Runs; run++)
        {
            var (inboundBefore, outboundBefore) = (inbound.Served, outbound.Served);
            // Each run changes something, so that none is a mere look.
            var config = new RedirectConfig { Outbound = new OutboundRedirect { SkipPorts = [new PortRange((ushort)(1 + run % 2), 3)] } };
            Assert.Equal(RedirectState.Applied, pod.MustApply(config, options).State);
            await inbound.MoreThanAsync(inboundBefore);
            await outbound.MoreThanAsync(outboundBefore);
        }

        Assert.Empty(inbound.Strays());
        Assert.Empty(outbound.Strays());
        Assert.Equal((0, 0), (app.Accepted, far.Accepted));
    }

    /// <summary>
    /// The test above can fail: rules that skip the port for a moment let connections arrive at the server itself, and that is seen.
    /// </summary>
    [PodFact("nft")]
    public async Task A_moment_of_bypass_would_be_seen()
    {
        using var pod = new RedirectedPod(network);
        pod.Serve(pod.App, IPAddress.IPv6Any, Port, "app");
        pod.MustApply(new RedirectConfig());
        pod.StandIn();
        using var inbound = InboundClients(pod);

        pod.MustApply(new RedirectConfig { Inbound = new InboundRedirect { SkipPorts = [new PortRange(Port, Port)] } });
        await inbound.MoreThanAsync(inbound.Served + 4);
        pod.MustApply(new RedirectConfig());

        Assert.Contains("app", inbound.Strays());
    }

    private static Clients InboundClients(RedirectedPod pod)
    {
        var server = pod.App.Endpoint(IpFamily.V4, Port);
        return new Clients(pod.Client.Namespace, server, StandInProxy.In(server));
    }

    /// <summary>Two clients that connect, ask and connect again, and remember every answer that is not the proxy's.</summary>
    private sealed class Clients : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<string> _strays = [];
        private readonly Task[] _running;
        private int _served;

        public Clients(NetworkNamespace space, IPEndPoint destination, string expected) =>
            _running = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => RunAsync(space, destination, expected)))];

        public int Served => Volatile.Read(ref _served);

        public Task MoreThanAsync(int before) =>
            Bound.UntilAsync(() => Task.FromResult(Served > before), Bound.Exchange, () => "the clients are not served");

        public string[] Strays()
        {
            lock (_strays)
                return [.. _strays];
        }

        public void Dispose()
        {
            _stop.Cancel();
            Task.WaitAll(_running);
            _stop.Dispose();
        }

        private async Task RunAsync(NetworkNamespace space, IPEndPoint destination, string expected)
        {
            while (!_stop.IsCancellationRequested)
            {
                var answer = await Owner.App.AskAsync(space, destination);
                Interlocked.Increment(ref _served);
                if (answer == expected)
                    continue;
                lock (_strays)
                    _strays.Add(answer);
            }
        }
    }
}
