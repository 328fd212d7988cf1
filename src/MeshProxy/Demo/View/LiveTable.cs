using System.Globalization;
using MeshProxy.Demo.Traffic;

namespace MeshProxy.Demo.View;

/// <summary>The table people watch: a pure function of a snapshot, always of the same number of lines.</summary>
internal static class LiveTable
{
    private static readonly (string Result, string Words)[] Results =
    [
        ("http1", "HTTP/1.1"),
        ("server_first", "the server spoke first"),
        ("learned", "it had spoken first before"),
        ("opaque_port", "a port marked opaque"),
        ("not_http", "bytes that are not HTTP"),
        ("timeout", "nobody spoke in time"),
    ];

    public static List<string> Lines(Snapshot snapshot) =>
    [
        $"{snapshot.Running:mm\\:ss}   sidecar: {Cpu(snapshot)} % of a core, {Memory(snapshot)} resident",
        "",
        $"{"connections",-30}{"open",6}{"opened",8}{"to server",11}{"to client",11}{"now",12}",
        Connections(snapshot, "inbound", "inbound, to the pod's server"),
        Connections(snapshot, "outbound", "outbound, from its clients"),
        "",
        $"{"recognised as",-30}{"inbound",14}{"outbound",11}",
        .. Results.Select(result => Recognised(snapshot, result.Result, result.Words)),
        "",
        "what the clients notice",
        Visits(snapshot, Flow.Web, "requests/s", "answered after"),
        Visits(snapshot, Flow.Mail, "visits/s", "greeted after"),
        Visits(snapshot, Flow.Database, "visits/s", "greeted after"),
        $"  {Title(Flow.Download),-22}{Units.Bytes(snapshot.ByteRate(Flow.Download)),9}/s{Failures(snapshot, Flow.Download),43}",
    ];

    private static string Connections(Snapshot snapshot, string direction, string title)
    {
        var label = $"direction=\"{direction}\"";
        var now = snapshot.Now;
        return $"  {title,-28}"
            + $"{Units.Count(now.Sum("meshproxy_connections_open", label)),6}"
            + $"{Units.Count(now.Sum("meshproxy_connections_opened_total", label)),8}"
            + $"{Units.Bytes(now.Sum("meshproxy_bytes_total", label, "flow=\"sent\"")),11}"
            + $"{Units.Bytes(now.Sum("meshproxy_bytes_total", label, "flow=\"received\"")),11}"
            + $"{Units.Bytes(snapshot.Rate("meshproxy_bytes_total", label)),10}/s";
    }

    private static string Recognised(Snapshot snapshot, string result, string words)
    {
        const string Family = "meshproxy_detections_total";
        var label = $"result=\"{result}\"";
        return $"  {words,-28}"
            + $"{Units.Count(snapshot.Now.Sum(Family, label, "direction=\"inbound\"")),14}"
            + $"{Units.Count(snapshot.Now.Sum(Family, label, "direction=\"outbound\"")),11}";
    }

    private static string Visits(Snapshot snapshot, Flow flow, string unit, string wait) =>
        $"  {Title(flow),-22}{Units.Count(snapshot.VisitRate(flow)),5} {unit,-11}"
        + $"{wait,15} {Units.Milliseconds(snapshot.Tally(flow).MedianWait),9}{Failures(snapshot, flow),12}";

    private static string Title(Flow flow) => string.Create(CultureInfo.InvariantCulture, $"{flow.Name}, port {flow.Port}");

    private static string Failures(Snapshot snapshot, Flow flow) => $"{Units.Count(snapshot.Tally(flow).Failures)} failed";

    private static string Cpu(Snapshot snapshot) =>
        (100 * snapshot.Rate("process_cpu_seconds_total")).ToString("F0", CultureInfo.InvariantCulture);

    private static string Memory(Snapshot snapshot) => Units.Bytes(snapshot.Now.Sum("process_resident_memory_bytes"));
}
