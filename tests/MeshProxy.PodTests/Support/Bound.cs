namespace MeshProxy.PodTests.Support;

/// <summary>
/// How long a test waits before it calls something lost. Generous, because a busy machine is no failure; a promise about speed is
/// tested by what the proxy says it did (<c>meshproxy_detections_total</c>), not by a clock.
/// </summary>
internal static class Bound
{
    /// <summary>For bytes, a connection or an end to arrive.</summary>
    public static readonly TimeSpan Exchange = TimeSpan.FromSeconds(10);

    /// <summary>For a server or the sidecar to come up.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(30);

    /// <summary>For a client program to finish its work.</summary>
    public static readonly TimeSpan Work = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks until the answer is yes; for what offers no event to wait on.</summary>
    public static async Task UntilAsync(Func<Task<bool>> reached, TimeSpan bound, Func<string> otherwise)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            if (TimeProvider.System.GetElapsedTime(deadline) > bound)
                throw new TimeoutException($"{otherwise()} (waited {bound.TotalSeconds} s)");
            await Task.Delay(PollInterval);
        }
    }
}
