namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>
/// Bounds how many requests are repeated, so that retries cannot multiply the load on backends that fail because of it: a share of the
/// requests of the last ten seconds, and so many per second in any case. Asked from any thread.
/// </summary>
internal sealed class RetryBudget(int percent, int floorPerSecond, TimeProvider time)
{
    private const int Seconds = 10;

    private readonly Lock _lock = new();
    private readonly int[] _requests = new int[Seconds];
    private readonly int[] _retries = new int[Seconds];
    private long _second;

    public void OnRequest()
    {
        lock (_lock)
            _requests[Slot()]++;
    }

    public bool TryTake()
    {
        lock (_lock)
        {
            var slot = Slot();
            if ((long)_retries.Sum() >= (long)floorPerSecond * Seconds + (long)_requests.Sum() * percent / 100)
                return false;
            _retries[slot]++;
            return true;
        }
    }

    /// <summary>Of the present second; those that have passed since the last call begin anew.</summary>
    private int Slot()
    {
        var now = time.GetTimestamp() / time.TimestampFrequency;
        for (var past = Math.Max(_second + 1, now - Seconds + 1); past <= now; past++)
            _requests[past % Seconds] = _retries[past % Seconds] = 0;
        _second = Math.Max(_second, now);
        return (int)(_second % Seconds);
    }
}
