namespace MeshProxy.Kubernetes.Webhook;

/// <summary>How a review ended, for metrics.</summary>
public enum AdmissionResult
{
    /// <summary>A sidecar was put in.</summary>
    Injected,

    /// <summary>The pod has the right sidecar already.</summary>
    Unchanged,

    /// <summary>Nobody wants one, or there can be none.</summary>
    Skipped,

    /// <summary>Denied, with the reason.</summary>
    Refused,

    /// <summary>What came is no review.</summary>
    Invalid,

    /// <summary>Denied, because the webhook itself failed.</summary>
    Failed,
}
