using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <summary>A container that runs, restarted as its policy says.</summary>
internal sealed class RunningContainer : IDisposable
{
    private readonly NetworkNamespace _space;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    public RunningContainer(NetworkNamespace space, ContainerSpec spec)
    {
        (_space, Spec) = (space, spec);
        Process = PodProcess.Start(space, spec.Command);
        _ = FollowAsync();
    }

    public ContainerSpec Spec { get; }

    /// <summary>The present one.</summary>
    public PodProcess Process { get; private set; }

    public int Restarts { get; private set; }

    public int ExitCode { get; private set; }

    /// <summary>Ended for good.</summary>
    public Task Ended => _ended.Task;

    /// <summary>TimeProvider timestamp of the end.</summary>
    public long EndedAt { get; private set; }

    /// <summary>From here on nobody restarts it.</summary>
    public void Signal(Signal signal)
    {
        _stopping = true;
        Process.Send(signal);
    }

    public void Dispose()
    {
        _stopping = true;
        // Not by force at first: a server's workers are not killed with it, as they are in a container.
        if (Process.HasExited)
            Process.Dispose();
        else
            Process.End(Support.Processes.Signal.Terminate);
    }

    private async Task FollowAsync()
    {
        while (true)
        {
            ExitCode = await Process.ExitAsync(TimeSpan.FromMinutes(10));
            EndedAt = TimeProvider.System.GetTimestamp();
            if (_stopping || !Spec.RestartsAlways)
                break;
            Restarts++;
            Process = PodProcess.Start(_space, Spec.Command);
        }
        _ended.TrySetResult();
    }
}
