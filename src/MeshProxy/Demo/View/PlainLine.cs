using System.Globalization;
using MeshProxy.Demo.Traffic;

namespace MeshProxy.Demo.View;

/// <summary>The same in one line, for a pipe or a log.</summary>
internal static class PlainLine
{
    public static string Of(Snapshot snapshot) => string.Create(
        CultureInfo.InvariantCulture,
        $"{snapshot.Running:mm\\:ss} "
        + $"inbound open={Open(snapshot, "inbound")} opened={Opened(snapshot, "inbound")} bytes/s={Rate(snapshot, "inbound"):F0} "
        + $"outbound open={Open(snapshot, "outbound")} opened={Opened(snapshot, "outbound")} bytes/s={Rate(snapshot, "outbound"):F0} "
        + $"http1={Detected(snapshot, "http1")} server_first={Detected(snapshot, "server_first")} "
        + $"learned={Detected(snapshot, "learned")} opaque_port={Detected(snapshot, "opaque_port")} "
        + $"mail_greeted_ms={snapshot.Tally(Flow.Mail).MedianWait.TotalMilliseconds:F1} "
        + $"failed={Flow.All.Sum(flow => snapshot.Tally(flow).Failures)}");

    private static double Open(Snapshot snapshot, string direction) => snapshot.Now.Sum("meshproxy_connections_open", Label(direction));

    private static double Opened(Snapshot snapshot, string direction) =>
        snapshot.Now.Sum("meshproxy_connections_opened_total", Label(direction));

    private static double Rate(Snapshot snapshot, string direction) => snapshot.Rate("meshproxy_bytes_total", Label(direction));

    private static double Detected(Snapshot snapshot, string result) =>
        snapshot.Now.Sum("meshproxy_detections_total", $"result=\"{result}\"");

    private static string Label(string direction) => $"direction=\"{direction}\"";
}
