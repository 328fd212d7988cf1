namespace MeshProxy.Kubernetes.Injection;

public enum InjectionVerdict
{
    /// <summary>It gets a sidecar, or has the right one already.</summary>
    Injected,

    /// <summary>Nobody wants one, or the pod cannot have one and did not ask itself.</summary>
    Skipped,

    /// <summary>What was asked for cannot be done as it was asked.</summary>
    Refused,
}
