namespace MeshProxy.DataPlane.Telemetry.Destinations;

/// <summary>
/// The destinations of one loop. Bounded: where the table is full, the row that has been idle longest gives way and its counts go to the
/// overflow; where none is idle, the connection counts there. A lookup per connection; nothing per request or byte, no lock. Readers go
/// through the slots, which the loop publishes one by one. At most about 0.5 MiB, when full.
/// </summary>
internal sealed class DestinationTable
{
    /// <summary>Far more than a pod talks to; a port scan fills it, and no more than that.</summary>
    public const int Capacity = 1024;

    private readonly Dictionary<DestinationKey, DestinationCounters> _rows = [];
    private DestinationCounters?[] _slots = new DestinationCounters?[16];
    private DestinationCounters? _oldestIdle;
    private DestinationCounters? _newestIdle;

    /// <summary>What has no row of its own.</summary>
    public DestinationCounters Overflow { get; } = new(default);

    /// <summary>A connection begins: its row, to be given back with <see cref="Return"/>.</summary>
    public DestinationCounters Take(DestinationKey key)
    {
        if (!_rows.TryGetValue(key, out var row))
            row = Add(key);
        else if (row.IsIdle)
            Unlink(row);
        row.Opened();
        return row;
    }

    /// <summary>A connection has ended, and was counted as such.</summary>
    public void Return(DestinationCounters row)
    {
        if (row.IsIdle && !ReferenceEquals(row, Overflow))
            LinkNewest(row);
    }

    /// <summary>What was learned of destinations has been forgotten.</summary>
    public void ForgetLearned()
    {
        foreach (var row in _rows.Values)
            row.Learned(0);
    }

    /// <summary>From any thread: a row for each destination there is at about this moment.</summary>
    public ReadOnlySpan<DestinationCounters?> Slots => Volatile.Read(ref _slots);

    private DestinationCounters Add(DestinationKey key)
    {
        var slot = _rows.Count;
        if (slot == Capacity)
        {
            if (_oldestIdle is not { } oldest)
                return Overflow;
            Unlink(oldest);
            Overflow.Absorb(oldest);
            _rows.Remove(oldest.Key);
            slot = oldest.Slot;
        }
        else if (slot == _slots.Length)
            Grow();
        var row = new DestinationCounters(key) { Slot = slot };
        _rows.Add(key, row);
        Volatile.Write(ref _slots[slot], row);
        return row;
    }

    /// <summary>Readers that still hold the old array see every row but those still to come.</summary>
    private void Grow()
    {
        var larger = new DestinationCounters?[2 * _slots.Length];
        _slots.CopyTo(larger, 0);
        Volatile.Write(ref _slots, larger);
    }

    private void LinkNewest(DestinationCounters row)
    {
        (row.Older, row.Newer) = (_newestIdle, null);
        if (_newestIdle is null)
            _oldestIdle = row;
        else
            _newestIdle.Newer = row;
        _newestIdle = row;
    }

    private void Unlink(DestinationCounters row)
    {
        if (row.Older is null)
            _oldestIdle = row.Newer;
        else
            row.Older.Newer = row.Newer;
        if (row.Newer is null)
            _newestIdle = row.Older;
        else
            row.Newer.Older = row.Older;
        row.Older = row.Newer = null;
    }
}
