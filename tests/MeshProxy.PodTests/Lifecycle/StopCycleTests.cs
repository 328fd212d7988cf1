using System.Globalization;
using MeshProxy.PodTests.Lifecycle.Kubelet;
using MeshProxy.PodTests.Lifecycle.Load;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Processes;
using Xunit.Abstractions;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>Pods stopped under load, again and again. STOP_CYCLES says how often; a few are enough to see that it works.</summary>
public sealed class StopCycleTests(ITestOutputHelper output)
{
    private static readonly int Cycles = int.Parse(Environment.GetEnvironmentVariable("STOP_CYCLES") ?? "10", CultureInfo.InvariantCulture);

    /// <summary>What a quiet machine stays below: more is written down, but a busy machine is no failure.</summary>
    private static readonly TimeSpan Noteworthy = TimeSpan.FromMilliseconds(100);

    [PodTheory("nginx")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_under_load_fails_no_request_and_truncates_no_body(bool native)
    {
        using var pod = new MeshedPod();
        using var app = new WebApp(pod.App);
        using var outside = new WebApp(pod.Plain);
        using var server = new RunningContainer(pod.Plain.Namespace, outside.Container());
        await server.Process.ListeningAsync(pod.Plain, outside.Port);
        var latencies = new List<TimeSpan>();
        var (answered, told, repeated) = (0, 0, 0);
        for (var i = 0; i < Cycles; i++)
        {
            var cycle = new StopCycle(pod, app, outside, native);
            await cycle.RunAsync();
            Assert.True(cycle.Tally.Failures.IsEmpty, $"cycle {i}: {string.Join('\n', cycle.Tally.Failures)}\n{cycle.Sidecar.Output}");
            Assert.True(cycle.Sidecar.ExitCode == 0, $"cycle {i}: exit code {cycle.Sidecar.ExitCode}\n{cycle.Sidecar.Output}");
            Assert.NotEqual(0, cycle.Tally.Answered);
            answered += cycle.Tally.Answered;
            told += cycle.Tally.Told;
            repeated += cycle.Tally.Repeated;
            latencies.Add(cycle.ExitLatency);
            if (cycle.ExitLatency > Noteworthy)
            {
                output.WriteLine(
                    $"cycle {i}: exit {cycle.ExitLatency.TotalMilliseconds:0} ms after the last stream\n{cycle.Sidecar.Output}");
            }
        }
        latencies.Sort();
        output.WriteLine(
            $"{(native ? "native" : "classic")}: {Cycles} cycles, {answered} answers, 0 failed, "
            + $"{told} told to close, {repeated} repeated after a close");
        output.WriteLine(
            $"exit after the last stream: median {latencies[Cycles / 2].TotalMilliseconds:0} ms, "
            + $"p99 {latencies[Cycles * 99 / 100].TotalMilliseconds:0} ms, "
            + $"worst {latencies[^1].TotalMilliseconds:0} ms");
        Assert.NotEqual(0, told);
    }
}
