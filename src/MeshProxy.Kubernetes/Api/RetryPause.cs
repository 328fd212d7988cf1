namespace MeshProxy.Kubernetes.Api;

/// <summary>How long to wait after a failure, by how many came in a row.</summary>
internal sealed class RetryPause(ApiTimeouts timeouts)
{
    public int Failures { get; private set; }

    public void Reset() => Failures = 0;

    /// <summary>Doubled from failure to failure, and shortened at random, so that not all replicas come at once.</summary>
    public TimeSpan Next()
    {
        var doubled = timeouts.FirstRetry * Math.Pow(2, Math.Min(Failures++, 20));
        var longest = doubled < timeouts.LongestRetry ? doubled : timeouts.LongestRetry;
        return longest * (0.5 + Random.Shared.NextDouble() / 2);
    }
}
