namespace MeshProxy.Kubernetes.Controller;

/// <summary>Those of Kubernetes' own controllers.</summary>
/// <param name="Duration">How long a holder that is not heard of keeps the lease.</param>
/// <param name="Deadline">When a holder that could not renew it stops to act as one; before others begin.</param>
/// <param name="Retry">Between renewals, and between looks of those who wait.</param>
public sealed record LeaseTimes(TimeSpan Duration, TimeSpan Deadline, TimeSpan Retry)
{
    public static readonly LeaseTimes Default = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));
}
