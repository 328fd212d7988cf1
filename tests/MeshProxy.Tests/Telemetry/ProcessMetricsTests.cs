using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Telemetry;

namespace MeshProxy.Tests.Telemetry;

public sealed class ProcessMetricsTests
{
    [Fact]
    public void Numbers_are_those_of_this_process()
    {
        using var self = Process.GetCurrentProcess();
        var metrics = Scrape();

        Assert.InRange(metrics["process_resident_memory_bytes"], self.WorkingSet64 / 2, self.WorkingSet64 * 2);
        Assert.InRange(metrics["process_virtual_memory_bytes"], self.VirtualMemorySize64 / 2, self.VirtualMemorySize64 * 2);
        Assert.InRange(metrics["process_threads"], self.Threads.Count - 20, self.Threads.Count + 20);
        Assert.InRange(metrics["process_cpu_seconds_total"], 0.01, self.TotalProcessorTime.TotalSeconds + 5);
        var started = new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        Assert.InRange(metrics["process_start_time_seconds"], started - 2, started + 2);
        Assert.InRange(metrics["process_max_fds"], 64, 1 << 30);
    }

    [Fact]
    public void Open_descriptors_are_counted()
    {
        var before = Scrape()["process_open_fds"];
        var files = Enumerable.Range(0, 500).Select(_ => File.OpenHandle("/dev/null")).ToList();
        var during = Scrape()["process_open_fds"];
        files.ForEach(file => file.Dispose());
        // Other tests open and close theirs meanwhile.
        Assert.InRange(during - before, 300, 700);
    }

    private static Dictionary<string, double> Scrape()
    {
        var output = new ArrayBufferWriter<byte>();
        ProcessMetrics.WriteTo(new PrometheusText(output));
        return Encoding.UTF8.GetString(output.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .ToDictionary(line => line.Split(' ')[0], line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }
}
