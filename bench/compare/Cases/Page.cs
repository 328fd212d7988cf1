using System.Collections.Immutable;
using System.Net.Sockets;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// What the status page costs while one browser watches: the proxy's CPU over ten seconds or more with a viewer, less that without one,
/// of a
/// sidecar with 1,000 destinations, each of which has answered requests. Both times it carries 100 requests a second.
/// </summary>
internal sealed class Page(ImmutableArray<Contender> contenders, int seconds) : Case("page", Target.Http1, contenders)
{
    private const int Destinations = 1000;
    private const int RequestsPerSecond = 100;
    private const int ConnectionCount = 4;
    private const int LeastSeconds = 10;

    public override ImmutableArray<Metric> Metrics { get; } =
    [
        new("page", "% of a core", $"CPU of the status page, watched by one browser, {Destinations:N0} destinations"),
    ];

    public override ImmutableArray<Bar> Bars => [new("page", 1)];

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        var proxy = pod.Running(contender);
        using var redirect = RedirectTable.InstallForCrowd("page_crowd", contender.ListenPort(Target)!.Value);
        Visit();
        var without = CpuPercent(proxy);
        using var viewer = new PageViewer();
        var before = viewer.Snapshots;
        var with = CpuPercent(proxy);
        var snapshots = viewer.Snapshots - before;
        if (snapshots < Time - 2)
            throw new MeasurementException($"{snapshots} snapshots in {Time} s");
        if (redirect.Connections() < Destinations)
            throw new MeasurementException("not all destinations were reached through the proxy");
        pod.Note($"page: {with:F2} % of a core, {without:F2} % without a viewer; {viewer.Bytes / viewer.Snapshots:N0} bytes a snapshot");
        return [with - without];
    }

    private int Time => Math.Max(seconds, LeastSeconds);

    /// <summary>Of the process, to 10 ms: a tenth of the bar. The threads' own clocks lose those of the pool that end meanwhile.</summary>
    private double CpuPercent(ServerProcess proxy)
    {
        var before = CpuTime.Of(proxy);
        var began = PreciseClock.Now;
        new PacedRequests(Target, ConnectionCount, RequestsPerSecond, Time).Run();
        var took = (double)(PreciseClock.Now - began) / PreciseClock.NanosecondsPerSecond;
        return 100 * (CpuTime.Of(proxy) - before).Accounted / took;
    }

    private static void Visit()
    {
        try
        {
            foreach (var destination in Crowd.EndPoints(Destinations))
            {
                using var connection = HttpConnection.Open(destination);
                if (!connection.Ask())
                    throw new MeasurementException($"{destination} gave no answer");
            }
        }
        catch (SocketException e)
        {
            throw new MeasurementException($"a destination of the crowd: {e.Message}");
        }
    }
}
