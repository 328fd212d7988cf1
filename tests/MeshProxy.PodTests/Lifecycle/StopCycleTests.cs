using MeshProxy.PodTests.Lifecycle.Kubelet;
using MeshProxy.PodTests.Lifecycle.Load;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Processes;
using Xunit.Abstractions;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>Pods stopped, again and again; 'make stops' asserts how long their sidecars take.</summary>
public sealed class StopCycleTests(ITestOutputHelper output)
{
    private static readonly TimeSpan AfterLastStream = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AfterSignal = TimeSpan.FromMilliseconds(200);

    [PodTheory("nginx")]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("fault", "T18")]
    public async Task Stop_under_load_fails_no_request_and_truncates_no_body(bool native)
    {
        using var pod = new MeshedPod();
        using var app = new WebApp(pod.App);
        using var outside = new WebApp(pod.Plain);
        using var server = new RunningContainer(pod.Plain.Namespace, outside.Container());
        await server.Process.ListeningAsync(pod.Plain, outside.Port);
        var figures = new StopFigures();
        var (answered, told, repeated) = (0, 0, 0);
        for (var i = 0; i < StopFigures.Cycles; i++)
        {
            var cycle = new StopCycle(pod, app, outside, native);
            await cycle.RunAsync();
            Assert.True(cycle.Tally.Failures.IsEmpty, $"cycle {i}: {string.Join('\n', cycle.Tally.Failures)}\n{cycle.Sidecar.Output}");
            Assert.True(cycle.Sidecar.ExitCode == 0, $"cycle {i}: exit code {cycle.Sidecar.ExitCode}\n{cycle.Sidecar.Output}");
            Assert.NotEqual(0, cycle.Tally.Answered);
            answered += cycle.Tally.Answered;
            told += cycle.Tally.Told;
            repeated += cycle.Tally.Repeated;
            figures.Add(cycle.ExitLatency);
            if (cycle.ExitLatency > AfterLastStream)
                output.WriteLine($"cycle {i}: {cycle.ExitLatency.TotalMilliseconds:0} ms after the last stream\n{cycle.Sidecar.Output}");
        }
        output.WriteLine($"{told} told to close, {repeated} repeated after a close");
        Assert.NotEqual(0, told);
        output.WriteLine(figures.Meet(AfterLastStream, $"{(native ? "native" : "classic")}, after the last stream", answered));
    }

    [PodFact("nginx", "curl")]
    public async Task Sidecar_of_a_job_ends_soon_after_its_signal()
    {
        using var pod = new MeshedPod();
        using var outside = new WebApp(pod.Plain);
        using var server = new RunningContainer(pod.Plain.Namespace, outside.Container());
        await server.Process.ListeningAsync(pod.Plain, outside.Port);
        var figures = new StopFigures();
        for (var i = 0; i < StopFigures.Cycles; i++)
        {
            var call = new PodCommand("curl", "-sf", "-o", "/dev/null", $"http://{pod.Plain.V4}:{outside.Port}/small");
            var job = new ContainerSpec("app", call);
            using var life = await pod.StartAsync(pod.Spec(native: true, TimeSpan.FromSeconds(30), job));
            var sidecar = (await life.CompleteAsync()).Single(end => end.Name == InjectedPod.Proxy);
            Assert.True(life["app"].ExitCode == 0 && sidecar.ExitCode == 0, $"job {i} ended with {life["app"].ExitCode}: {sidecar}");
            figures.Add(sidecar.Latency);
        }
        output.WriteLine(figures.Meet(AfterSignal, "Job, after SIGTERM", StopFigures.Cycles));
    }
}
