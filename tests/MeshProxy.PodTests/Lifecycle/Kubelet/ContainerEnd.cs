namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <summary>How a container ended. Times are since the pod was told to stop; no signal where it ended by itself.</summary>
internal sealed record ContainerEnd(string Name, int ExitCode, TimeSpan? Signalled, TimeSpan Ended, string Output)
{
    /// <summary>From its stop signal.</summary>
    public TimeSpan Latency => Ended - (Signalled ?? Ended);
}
