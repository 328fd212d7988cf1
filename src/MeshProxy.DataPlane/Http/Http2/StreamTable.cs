namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>
/// The open streams of a connection by their id: open addressing with linear probing, filled to a half at most. Ids grow by two, so
/// neighbours in time are neighbours in memory. Grows by doubling to the bound and stays; nothing is allocated per stream.
/// </summary>
internal sealed class StreamTable(int maxStreams)
{
    private const int FirstSlots = 16;

    // An id of 0, which is the connection's own, marks a free slot.
    private Http2Stream[] _slots = new Http2Stream[FirstSlots];

    public int Count { get; private set; }

    public ref Http2Stream this[int slot] => ref _slots[slot];

    /// <summary>Free slots, which have the id 0, among them.</summary>
    public Span<Http2Stream> Slots => _slots;

    /// <returns>The slot of an open stream, or -1.</returns>
    public int Find(int id)
    {
        for (var slot = Home(id); ; slot = Next(slot))
        {
            var found = _slots[slot].Id;
            if (found == id)
                return slot;
            if (found == 0)
                return -1;
        }
    }

    /// <returns>The slot of the new stream, or -1 where the table is full.</returns>
    public int Add(int id)
    {
        if (Count >= maxStreams)
            return -1;
        if (Count >= _slots.Length / 2)
            Grow();
        Count++;
        var slot = FreeSlot(id);
        _slots[slot] = new Http2Stream { Id = id, GrpcStatus = -1 };
        return slot;
    }

    /// <summary>Closes the gap: a stream behind it that was pushed on from it moves back.</summary>
    public void Remove(int slot)
    {
        Count--;
        for (var behind = Next(slot); _slots[behind].Id != 0; behind = Next(behind))
        {
            if (Distance(Home(_slots[behind].Id), behind) < Distance(slot, behind))
                continue;
            _slots[slot] = _slots[behind];
            slot = behind;
        }
        _slots[slot].Id = 0;
    }

    /// <summary>Any open stream; -1 where there is none.</summary>
    public int Any()
    {
        for (var slot = 0; Count > 0; slot++)
        {
            if (_slots[slot].Id != 0)
                return slot;
        }
        return -1;
    }

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    private int Home(int id) => (id >> 1) & (_slots.Length - 1);

    private int Next(int slot) => (slot + 1) & (_slots.Length - 1);

    private int Distance(int from, int to) => (to - from) & (_slots.Length - 1);

    private int FreeSlot(int id)
    {
        var slot = Home(id);
        while (_slots[slot].Id != 0)
            slot = Next(slot);
        return slot;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Http2Stream[old.Length * 2];
        foreach (ref var stream in old.AsSpan())
        {
            if (stream.Id != 0)
                _slots[FreeSlot(stream.Id)] = stream;
        }
    }
}
