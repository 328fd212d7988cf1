using System.Globalization;
using System.Text.Json;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>iperf3: one stream as fast as it goes, from client to server.</summary>
internal static class Iperf
{
    /// <summary>Bytes that arrived at the server.</summary>
    /// <exception cref="MeasurementException">iperf3 failed, or said so in its report.</exception>
    public static double Run(Target target, int seconds)
    {
        var report = Tool.Run("iperf3",
        [
            "-c", Target.Address, "-p", target.Port.ToString(CultureInfo.InvariantCulture),
            "-t", seconds.ToString(CultureInfo.InvariantCulture), "-J",
        ]);
        using var json = JsonDocument.Parse(report.Output);
        if (json.RootElement.TryGetProperty("error", out var error))
            throw new MeasurementException($"iperf3: {error.GetString()}");
        return json.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bytes").GetDouble();
    }
}
