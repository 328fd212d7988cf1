using System.Buffers;
using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using MeshProxy.Admin.Page;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Planning;
using MeshProxy.DataPlane.Routing;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeshProxy.Benchmarks;

/// <summary>
/// What watchers cost the admin thread: a snapshot a second for the page, with 1,000 destinations on two loops and 200 backends; and a scrape of
/// 2,000 series.
/// </summary>
public class StatusBenchmarks
{
    private const int Destinations = 1000;

    private readonly ArrayBufferWriter<byte> _output = new(512 * 1024);
    private readonly LoopContext[] _loops;
    private readonly Action<IBufferWriter<byte>> _snapshot;
    private readonly ServerMetrics _metrics;

    public StatusBenchmarks()
    {
        _loops = [Context(0), Context(1)];
        var routed = new LoopCounters();
        var budget = DescriptorBudget.OfThisProcess();
        var router = new Router(NullLoggerFactory.Instance, TimeProvider.System, [], budget, routed, accessLog: null);
        _snapshot = new StatusSnapshot(new ServerStatus(_loops, routed, TimeProvider.System), Backends().WriteTo, TimeProvider.System).WriteTo;
        _metrics = new ServerMetrics(_loops, routed, router, budget, () => DrainState.Serving);
        Serve();
        foreach (var direction in Enum.GetValues<Direction>())
            CountEverything(_loops[0].Counters.Of(direction).Http);
    }

    [Benchmark]
    public void Snapshot_of_idle_destinations() => Snapshot();

    /// <summary>Every destination has had a request since the last one; serving them is in it.</summary>
    [Benchmark]
    public void Snapshot_of_busy_destinations()
    {
        Serve();
        Snapshot();
    }

    [Benchmark]
    public void Scrape_of_2000_series()
    {
        _output.ResetWrittenCount();
        _metrics.WriteTo(new PrometheusText(_output));
    }

    private void Snapshot()
    {
        _output.ResetWrittenCount();
        _snapshot(_output);
    }

    private void Serve()
    {
        for (uint i = 0; i < Destinations; i++)
        {
            var table = _loops[i % 2].Destinations;
            var row = table.Take(new DestinationKey(Direction.Outbound, SocketEndpoint.V4(0x0a000000 + i, 8080)));
            row.Decided(Protocol.Http1, DetectionOutcome.Http1);
            row.RequestEnded(200, 0.0001 * (i + 1));
            row.Ended(CloseReason.Completed);
            table.Return(row);
        }
    }

    private static BackendRows Backends()
    {
        var upstreams = Enumerable.Range(0, BackendRows.Most).Select(i => new UpstreamState(
            "cart.shop.svc:80", SocketEndpoint.V4(0x0a000000 + (uint)i, 8080), (BackendCondition)(i % 4), i, i,
            TimeSpan.FromMicroseconds(i), TimeSpan.Zero));
        ImmutableArray<RouteState> routes = [new RouteState(Direction.Outbound, "cart", [.. upstreams])];
        return new BackendRows(() => routes);
    }

    private static void CountEverything(HttpCounters http)
    {
        foreach (var method in HttpCounters.Methods)
        {
            for (var status = 100; status < 600; status++)
                http.Refused(method, status);
        }
    }

    private static LoopContext Context(int index) => new(
        new EventLoop(index, 1, TimeProvider.System, _ => { }), new ConnectionPlanner([]), DescriptorBudget.OfThisProcess(),
        new ConnectionLog(NullLogger<ConnectionLog>.Instance), null, OriginalDestination.FromKernel);
}
