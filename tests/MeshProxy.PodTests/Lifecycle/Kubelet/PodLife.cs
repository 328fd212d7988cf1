using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <summary>
/// A pod's life as the kubelet leads it (KEP-753; kuberuntime's killContainer): init containers in order, the next one after a sidecar's
/// startup probe, and every next container after the postStart hook of the one before; sidecars restarted whenever they end; a pod whose
/// containers have all ended is stopped, as a Job's. To stop: (1) every preStop at once; (2) containers are signalled when theirs has
/// returned; (3) a sidecar when all containers and every sidecar after it have ended, or the grace is over; (4) SIGKILL after what is left
/// of the grace, 2 s at least.
/// </summary>
internal sealed class PodLife : IDisposable
{
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    /// <summary>The runtime's timers count ticks of a coarse clock, and fire some ms early; no kubelet does.</summary>
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(20);

    private readonly PodSpec _spec;
    private readonly List<RunningContainer> _sidecars = [];
    private readonly List<RunningContainer> _containers = [];

    private PodLife(PodSpec spec) => _spec = spec;

    /// <summary>TimeProvider timestamp at which the pod was told to stop.</summary>
    public long StoppedAt { get; private set; }

    public RunningContainer this[string name] => _sidecars.Concat(_containers).Single(container => container.Spec.Name == name);

    public static async Task<PodLife> StartAsync(Pod pod, PodSpec spec)
    {
        var life = new PodLife(spec);
        try
        {
            foreach (var init in spec.Init)
                await life.InitAsync(pod, init);
            foreach (var container in spec.Containers)
            {
                life._containers.Add(new RunningContainer(pod.Namespace, container));
                await StartedAsync(life._containers[^1]);
            }
            return life;
        }
        catch
        {
            life.Dispose();
            throw;
        }
    }

    /// <summary>As for a Job: waits for the containers' own end, then stops the sidecars.</summary>
    public async Task<List<ContainerEnd>> CompleteAsync()
    {
        await Task.WhenAll(_containers.Select(container => container.Ended)).WaitAsync(Bound.Work);
        return await StopAsync();
    }

    /// <summary>Deletes the pod; returns when everything has ended.</summary>
    public async Task<List<ContainerEnd>> StopAsync()
    {
        StoppedAt = TimeProvider.System.GetTimestamp();
        var ends = _containers.Select(container => StopAsync(container, Task.CompletedTask)).ToList();
        var before = Task.WhenAll(_containers.Select(container => container.Ended));
        foreach (var sidecar in Enumerable.Reverse(_sidecars))
        {
            ends.Add(StopAsync(sidecar, before));
            before = Task.WhenAll(before, sidecar.Ended);
        }
        return [.. await Task.WhenAll(ends)];
    }

    public void Dispose()
    {
        foreach (var container in _containers.Concat(_sidecars))
            container.Dispose();
    }

    private async Task InitAsync(Pod pod, ContainerSpec init)
    {
        if (init.RestartsAlways)
        {
            var sidecar = new RunningContainer(pod.Namespace, init);
            _sidecars.Add(sidecar);
            await StartedAsync(sidecar);
            return;
        }
        var (exitCode, output) = await PodProcess.RunAsync(pod.Namespace, init.Command);
        if (exitCode != 0)
            throw new InvalidOperationException($"init container {init.Name} ended with {exitCode}: {output}");
    }

    private static async Task StartedAsync(RunningContainer container)
    {
        if (container.Spec.PostStart is { } hook)
            await hook();
        if (container.Spec.StartupProbe is { } probe)
            await Bound.UntilAsync(probe, Bound.Start, () => $"{container.Spec.Name} has not started: {container.Process.Describe()}");
    }

    private async Task<ContainerEnd> StopAsync(RunningContainer container, Task before)
    {
        if (container.Ended.IsCompleted)
            return EndOf(container, signalled: null);
        if (container.Spec.PreStop is { } preStop)
            await WithinGraceAsync(preStop());
        await WithinGraceAsync(before);
        var left = Left();
        var signalled = Elapsed();
        container.Signal(container.Spec.StopSignal);
        await Task.WhenAny(container.Ended, Task.Delay(left > LeastGrace ? left : LeastGrace));
        if (!container.Ended.IsCompleted)
            container.Signal(Signal.Kill);
        await container.Ended.WaitAsync(Bound.Exchange);
        return EndOf(container, signalled);
    }

    private async Task WithinGraceAsync(Task task)
    {
        var left = Left();
        var first = await Task.WhenAny(task, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero));
        // To a kubelet a hook that fails is an event, to a test a failure.
        if (first == task)
            await task;
    }

    private TimeSpan Left() => _spec.Grace - Elapsed() + TimerGrain;

    private TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(StoppedAt);

    private ContainerEnd EndOf(RunningContainer container, TimeSpan? signalled) => new(
        container.Spec.Name,
        container.ExitCode,
        signalled,
        TimeProvider.System.GetElapsedTime(StoppedAt, container.EndedAt),
        container.Process.Describe());
}
