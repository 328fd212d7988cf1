namespace MeshProxy.Transport.Loops;

/// <summary>
/// Which source an event belongs to. The kernel hands back the 64 bits given at registration: a slot and the slot's generation, so that an
/// event of a descriptor closed earlier in the same batch finds nobody, even where its slot or its number has been taken again.
/// </summary>
internal sealed class PollTable
{
    private PollSource?[] _sources = new PollSource?[64];
    private uint[] _generations = new uint[64];
    private int[] _free = new int[64];
    private int _freeCount;
    private int _used;

    public int Count { get; private set; }

    public ulong Add(PollSource source)
    {
        var slot = _freeCount > 0 ? _free[--_freeCount] : NewSlot();
        _sources[slot] = source;
        source.Slot = slot;
        Count++;
        return Key(slot);
    }

    public ulong KeyOf(PollSource source) => Key(source.Slot);

    public void Remove(PollSource source)
    {
        var slot = source.Slot;
        source.Slot = -1;
        _sources[slot] = null;
        _generations[slot]++;
        if (_freeCount == _free.Length)
            Array.Resize(ref _free, _free.Length * 2);
        _free[_freeCount++] = slot;
        Count--;
    }

    public PollSource? Find(ulong key)
    {
        var slot = (int)(uint)key;
        return _generations[slot] == (uint)(key >> 32) ? _sources[slot] : null;
    }

    /// <summary>Every source at this moment; a copy, for rare work such as resetting what a drain left over.</summary>
    public PollSource[] Snapshot() => [.. _sources.OfType<PollSource>()];

    private ulong Key(int slot) => (ulong)_generations[slot] << 32 | (uint)slot;

    private int NewSlot()
    {
        if (_used == _sources.Length)
        {
            Array.Resize(ref _sources, _used * 2);
            Array.Resize(ref _generations, _used * 2);
        }
        return _used++;
    }
}
