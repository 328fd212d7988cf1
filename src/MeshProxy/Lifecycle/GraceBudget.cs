namespace MeshProxy.Lifecycle;

/// <summary>
/// How long after SIGTERM what is under way may go on: as long as the kubelet lets it, less what our own end takes, so that the rest is
/// reset by us and never killed with us. The pod has one grace period, and the app uses it first.
/// </summary>
internal static class GraceBudget
{
    /// <summary>A kubelet leaves every container 2 s, however much of the grace the app has used.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1500);

    /// <summary>Between the last reset and the kubelet's SIGKILL.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(500);

    /// <summary>The kubelet counts from before it starts the hook, which takes the container runtime and the command some 100 ms.</summary>
    private static readonly TimeSpan HookReserve = TimeSpan.FromMilliseconds(500);

    /// <summary>A native sidecar's, from its SIGTERM: without an announcement nobody knows how much the app has used.</summary>
    /// <param name="grace">The whole pod's; null is unknown.</param>
    /// <param name="sinceAnnounced">Null where nobody announced the pod's end.</param>
    public static TimeSpan Native(TimeSpan? grace, TimeSpan? sinceAnnounced)
    {
        var least = grace < Least ? grace.Value : Least;
        return grace - sinceAnnounced - Reserve - HookReserve is { } left && left > least ? left : least;
    }

    /// <summary>When the app is gone and no kubelet counts, as after a Job's last step: the whole grace is left.</summary>
    public static TimeSpan Unhurried(TimeSpan? grace) => grace switch
    {
        null => Least,
        var known when known <= Least + Reserve => known < Least ? known.Value : Least,
        var known => known.Value - Reserve,
    };
}
