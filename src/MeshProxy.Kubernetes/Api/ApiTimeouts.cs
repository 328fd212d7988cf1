namespace MeshProxy.Kubernetes.Api;

/// <param name="Connect">To the end of the TLS handshake.</param>
/// <param name="Request">From sending a request to the end of its answer; of a watch, to the head of its answer.</param>
/// <param name="Watch">How long the server is asked to keep a watch open. One that lives longer and says nothing is dead.</param>
/// <param name="FirstRetry">After a failed list or watch; doubled from failure to failure, and shortened by up to half at random.</param>
/// <param name="LongestRetry">Where doubling ends.</param>
public sealed record ApiTimeouts(TimeSpan Connect, TimeSpan Request, TimeSpan Watch, TimeSpan FirstRetry, TimeSpan LongestRetry)
{
    public static readonly ApiTimeouts Default = new(
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(500),
        TimeSpan.FromSeconds(30));
}
