using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>
/// How long a client waits for the greeting of a server that speaks first, on a port that nobody marked opaque: detection must not wait for
/// bytes from a client that waits itself. MeshProxy learns nothing here from one connection for the next.
/// </summary>
internal sealed class ServerFirst(ImmutableArray<Contender> contenders) : Case("server-first", Target.Greeting, contenders)
{
    private const int Connections = 200;
    private const double OneSidecar = 5_000;
    private const double TwoSidecars = 10_000;

    public override ImmutableArray<Metric> Metrics { get; } =
    [
        new("server-first-p50", "µs", "Connect to the server's first byte, median"),
        new("server-first-p99", "µs", "Connect to the server's first byte, 99th percentile"),
    ];

    public override ImmutableArray<Bar> Bars =>
    [
        new("server-first-p99", OneSidecar, "direct") { Added = true },
        new("server-first-p99", TwoSidecars, "direct") { Added = true, Proxy = "meshproxy-2" },
    ];

    public override ImmutableArray<double> Measure(Contender contender, Pod pod)
    {
        using var secondHop = Prepare(contender, pod);
        var times = FirstBytes.Measure(Target, Connections);
        if (secondHop?.Connections() < Connections)
            throw new MeasurementException("not all connections reached the second sidecar");
        return [Quantile.Of(times, 0.50), Quantile.Of(times, 0.99)];
    }

    /// <summary>Starts what is not running yet; returns the redirect between two sidecars, or null.</summary>
    private RedirectTable? Prepare(Contender contender, Pod pod)
    {
        if (contender is Direct)
            return null;
        if (contender is not Contenders.TwoSidecars two)
        {
            pod.Running(contender);
            return null;
        }
        pod.Running(two.Client);
        pod.Running(two.Server);
        return RedirectTable.InstallBehindProxy(two.Server.Name, Target, two.Server.ListenPort(Target)!.Value);
    }
}
