using System.Net;
using MeshProxy.PodTests.Lifecycle.Kubelet;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle.Load;

/// <summary>
/// A pod under load from its start to its end, in both directions. Its clients learn of the end as Kubernetes tells them: for a moment new
/// connections still come, then its endpoint is gone, and who has no connection stays away.
/// </summary>
internal sealed class StopCycle(MeshedPod pod, WebApp app, WebApp outside, bool native)
{
    private const int Inbound = 8;
    private const int Outbound = 4;

    private static readonly TimeSpan Served = TimeSpan.FromMilliseconds(250);

    /// <summary>From the deletion until kube-proxy everywhere has heard of it.</summary>
    private static readonly TimeSpan Propagation = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan SlowRead = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public Tally Tally { get; } = new();

    /// <summary>From the last stream's last byte, the app's end and the signal, whichever was last, to the sidecar's end.</summary>
    public TimeSpan ExitLatency { get; private set; }

    public ContainerEnd Sidecar { get; private set; } = null!;

    public async Task RunAsync()
    {
        using var known = new CancellationTokenSource();
        using var alive = new CancellationTokenSource();
        using var http2 = new Http2Client(pod.Plain.Namespace, Endpoint(pod.App, app.Http2Port), Tally);
        List<Task> inbound = [], outbound = [];
        var container = app.Container(LingersAsync);
        using var life = await pod.StartAsync(pod.Spec(native, Grace, container, ("shutdown.lameDuck", "3s")));
        inbound.AddRange(InboundLoad(http2, known.Token));
        outbound.AddRange(OutboundLoad(alive.Token));
        await Task.Delay(Served);
        // Slow readers, whose answers are on the way when the app ends.
        var slow = Enumerable.Range(0, 2).Select(_ => Client(TimeSpan.Zero, SlowRead).RunOnceAsync("/huge", app.Content)).ToList();
        var ends = await life.StopAsync();
        await Task.WhenAll(slow);
        Sidecar = ends.Single(end => end.Name == InjectedPod.Proxy);
        var lastByte = TimeProvider.System.GetElapsedTime(life.StoppedAt, Tally.LastByteAt);
        var last = new[] { lastByte, Sidecar.Signalled!.Value, ends.Single(end => end.Name == "app").Ended }.Max();
        ExitLatency = Sidecar.Ended - last;

        // The app's preStop hook: it accepts until its endpoint is known nowhere, and dials out until its work is done.
        async Task LingersAsync()
        {
            // The sidecar's own hook starts a process, which a busy machine may keep waiting.
            await Bound.UntilAsync(() => Task.FromResult(Tally.Told > 0), Bound.Exchange, () => "no client was told to close");
            await Task.Delay(Propagation);
            await known.CancelAsync();
            await Task.WhenAll(inbound);
            await alive.CancelAsync();
            await Task.WhenAll(outbound);
        }
    }

    private Http1Client Client(TimeSpan pause, TimeSpan readPause = default) =>
        new(pod.Plain.Namespace, Endpoint(pod.App, app.Port), Tally, pause, readPause);

    private IEnumerable<Task> InboundLoad(Http2Client http2, CancellationToken ends)
    {
        for (var i = 0; i < Inbound; i++)
        {
            var client = Client(TimeSpan.FromMilliseconds(i));
            yield return i % 4 == 3 ? client.RunAsync("/large", app.Large, ends) : client.RunAsync("/small", app.Small, ends);
        }
        yield return http2.RunAsync("/large", app.Large, ends);
        yield return http2.RunAsync("/small", app.Small, ends);
    }

    private IEnumerable<Task> OutboundLoad(CancellationToken ends)
    {
        for (var i = 0; i < Outbound; i++)
        {
            var client = new Http1Client(pod.App.Namespace, Endpoint(pod.Plain, outside.Port), Tally, TimeSpan.FromMilliseconds(2 * i));
            yield return client.RunAsync("/small", outside.Small, ends);
        }
    }

    private static IPEndPoint Endpoint(Pod server, ushort port) => server.Endpoint(IpFamily.V4, port);
}
