namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>Which way a connection goes, and so which sidecars carry it.</summary>
public enum TrafficPath
{
    /// <summary>From a pod without a sidecar to the meshed pod's server.</summary>
    Inbound,

    /// <summary>From the meshed pod's client to a pod without a sidecar.</summary>
    Outbound,

    /// <summary>From the meshed pod's client to an address outside the cluster.</summary>
    External,

    /// <summary>Between two meshed pods: two sidecars in a row.</summary>
    Both,
}
