using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <summary>A container of a pod, as a process.</summary>
internal sealed record ContainerSpec(string Name, PodCommand Command)
{
    /// <summary>An init container with restartPolicy Always: a native sidecar.</summary>
    public bool RestartsAlways { get; init; }

    /// <summary>Runs right behind the start; the next container waits for its end.</summary>
    public Func<Task>? PostStart { get; init; }

    /// <summary>Asked until it says yes; the next init container waits for it. Null is started as soon as it runs.</summary>
    public Func<Task<bool>>? StartupProbe { get; init; }

    /// <summary>Runs to its end before the stop signal, within the grace.</summary>
    public Func<Task>? PreStop { get; init; }

    /// <summary>The image's STOPSIGNAL.</summary>
    public Signal StopSignal { get; init; } = Signal.Terminate;
}
