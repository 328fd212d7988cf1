namespace MeshProxy.Demo.Traffic;

/// <summary>What a client notices: how many visits, how long until the first answer, how many bytes, what failed.</summary>
internal sealed class VisitTally(string name)
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];
    private long _visits;
    private long _failures;
    private long _bytes;

    public void Visited(TimeSpan wait, long bytes)
    {
        lock (_gate)
        {
            _visits++;
            _bytes += bytes;
            _waits.Add(wait);
        }
    }

    public void Received(long bytes)
    {
        lock (_gate)
            _bytes += bytes;
    }

    public void Failed()
    {
        lock (_gate)
            _failures++;
    }

    /// <summary>The sums since the start, and the waits since the last report.</summary>
    public TallyReport Report()
    {
        lock (_gate)
        {
            _waits.Sort();
            var report = new TallyReport(name, _visits, _failures, _bytes, _waits.Count > 0 ? _waits[_waits.Count / 2] : TimeSpan.Zero);
            _waits.Clear();
            return report;
        }
    }
}
