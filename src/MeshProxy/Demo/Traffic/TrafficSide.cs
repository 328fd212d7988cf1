using System.Collections.Immutable;

namespace MeshProxy.Demo.Traffic;

/// <summary>The servers and clients of one side, which run in one process there.</summary>
internal sealed record TrafficSide(string Name, ImmutableArray<SampleServer> Servers, ImmutableArray<SampleClient> Clients)
{
    public const string PodName = "pod";
    public const string OutsideName = "outside";

    /// <summary>The application of the pod: it serves the web, and uses everything else.</summary>
    public static TrafficSide Pod() => new(
        PodName,
        [new WebServer()],
        [
            new GreetingClient(Flow.Mail, DemoMap.OutsideV4, DemoMap.OutsideV6),
            new GreetingClient(Flow.Database, DemoMap.OutsideV4, DemoMap.OutsideV6),
            new DownloadClient(DemoMap.OutsideV4),
        ]);

    public static TrafficSide Outside() => new(
        OutsideName,
        [new GreetingServer(Flow.Mail), new GreetingServer(Flow.Database), new DownloadServer()],
        [new WebClient(DemoMap.PodV4, DemoMap.PodV6)]);
}
