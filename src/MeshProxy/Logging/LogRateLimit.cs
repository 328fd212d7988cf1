using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Logging;

/// <summary>
/// Lets so many lines of one kind (a logger's event id) through in a window, counts the rest, and says how many they were when the
/// window ends. A timer runs only while there is something to say, so an idle sidecar is not woken.
/// </summary>
/// <param name="report">Called at a window's end with the kind's logger, level, event and count of suppressed lines.</param>
internal sealed class LogRateLimit(TimeSpan window, TimeProvider time, Action<string, LogLevel, EventId, long> report) : IDisposable
{
    private readonly ConcurrentDictionary<(string Category, int Event), Kind> _kinds = new();
    private readonly Lock _timerGate = new();
    private ITimer? _timer;
    private long _suppressed;

    /// <summary>Lines in a window; 0 is no limit.</summary>
    public int Limit { get; set; }

    /// <summary>All lines suppressed so far.</summary>
    public long Suppressed => Interlocked.Read(ref _suppressed);

    public bool Passes(string category, LogLevel level, EventId id)
    {
        var limit = Limit;
        if (limit == 0)
            return true;
        var kind = _kinds.GetOrAdd((category, id.Id), static _ => new Kind());
        lock (kind)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(kind.Start, now) >= window && kind.Suppressed == 0)
                (kind.Start, kind.Passed) = (now, 0);
            if (kind.Suppressed == 0 && kind.Passed < limit)
            {
                kind.Passed++;
                return true;
            }
            (kind.Level, kind.Id) = (level, id);
            kind.Suppressed++;
        }
        Interlocked.Increment(ref _suppressed);
        EnsureTimer();
        return false;
    }

    public void Dispose()
    {
        lock (_timerGate)
            _timer?.Dispose();
        ReportEnded(TimeSpan.Zero);
    }

    private void EnsureTimer()
    {
        if (_timer is not null)
            return;
        lock (_timerGate)
            _timer ??= time.CreateTimer(static limit => ((LogRateLimit)limit!).OnWindowEnd(), this, window, Timeout.InfiniteTimeSpan);
    }

    private void OnWindowEnd()
    {
        lock (_timerGate)
        {
            _timer?.Dispose();
            _timer = null;
        }
        if (ReportEnded(window))
            EnsureTimer();
    }

    /// <summary>Reports the kinds whose window is over. True where some are not: the timer must come again.</summary>
    private bool ReportEnded(TimeSpan age)
    {
        var more = false;
        foreach (var ((category, _), kind) in _kinds)
        {
            long suppressed;
            lock (kind)
            {
                if (kind.Suppressed == 0)
                    continue;
                if (time.GetElapsedTime(kind.Start) < age)
                {
                    more = true;
                    continue;
                }
                suppressed = kind.Suppressed;
                (kind.Start, kind.Passed, kind.Suppressed) = (time.GetTimestamp(), 0, 0);
            }
            report(category, kind.Level, kind.Id, suppressed);
        }
        return more;
    }

    private sealed class Kind
    {
        public long Start;
        public int Passed;
        public long Suppressed;
        public LogLevel Level;
        public EventId Id;
    }
}
