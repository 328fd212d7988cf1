namespace MeshProxy.PodTests.Endurance.Chaos;

/// <summary>What happens beside the traffic.</summary>
internal enum Disturbance
{
    /// <summary>Of the configuration; every fourth file is wrong, and refused.</summary>
    Reload,

    /// <summary>SIGSTOP of the sidecar.</summary>
    Pause,

    /// <summary>conntrack -F in the meshed pod: the kernel forgets which connections it redirects.</summary>
    ConntrackFlush,

    /// <summary>The node drops packets between the pods, each way and by chance.</summary>
    Loss,

    /// <summary>One of the servers goes, with every connection to it, and comes back.</summary>
    UpstreamRestart,
}
