namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>
/// The dynamic table of one direction (RFC 7541 §2.3.2), newest entry first. Only the sizes, and the values somebody may ask for, are
/// kept: a table of 4 KiB takes some 2 KiB here at most, and nothing before its first entry. Storage grows by doubling within the table's
/// bound, so a connection in its stride allocates nothing.
/// </summary>
internal sealed class DynamicTable
{
    /// <summary>RFC 9113 §6.5.2, SETTINGS_HEADER_TABLE_SIZE.</summary>
    public const int DefaultSize = 4096;

    private const int FirstEntries = 16;
    private const int FirstText = 256;

    private TableEntry[] _entries = [];
    private byte[] _text = [];
    private int _newest;
    private int _textStart;
    private int _textLength;
    private int _size;

    public int Count { get; private set; }

    public int MaxSize { get; private set; } = DefaultSize;

    /// <param name="index">0 is the newest.</param>
    public ref readonly TableEntry Get(int index) => ref _entries[(_newest - index) & (_entries.Length - 1)];

    public void CopyText(in TableEntry entry, Span<byte> destination)
    {
        var untilWrap = Math.Min(entry.TextLength, _text.Length - entry.TextStart);
        _text.AsSpan(entry.TextStart, untilWrap).CopyTo(destination);
        _text.AsSpan(0, entry.TextLength - untilWrap).CopyTo(destination[untilWrap..]);
    }

    public void Resize(int maxSize)
    {
        MaxSize = maxSize;
        Evict(0);
    }

    /// <summary>An entry larger than the table empties it and is not added (RFC 7541 §4.4).</summary>
    public void Add(TableEntry entry, ReadOnlySpan<byte> text)
    {
        Evict(entry.Size);
        if (entry.Size > MaxSize)
            return;
        if (Count == _entries.Length)
            GrowEntries();
        if (_textLength + text.Length > _text.Length)
            GrowText(_textLength + text.Length);
        var start = _text.Length == 0 ? 0 : (_textStart + _textLength) & (_text.Length - 1);
        _newest = (_newest + 1) & (_entries.Length - 1);
        _entries[_newest] = entry with { TextStart = start, TextLength = text.Length };
        CopyIn(start, text);
        _size += entry.Size;
        Count++;
    }

    private void CopyIn(int start, ReadOnlySpan<byte> text)
    {
        var untilWrap = Math.Min(text.Length, _text.Length - start);
        text[..untilWrap].CopyTo(_text.AsSpan(start));
        text[untilWrap..].CopyTo(_text);
        _textLength += text.Length;
    }

    private void Evict(int room)
    {
        while (Count > 0 && _size + room > MaxSize)
        {
            ref readonly var oldest = ref Get(Count - 1);
            _size -= oldest.Size;
            _textLength -= oldest.TextLength;
            _textStart = (_textStart + oldest.TextLength) & Math.Max(0, _text.Length - 1);
            Count--;
        }
    }

    private void GrowEntries()
    {
        var grown = new TableEntry[Math.Max(FirstEntries, _entries.Length * 2)];
        for (var i = 0; i < Count; i++)
            grown[Count - 1 - i] = Get(i);
        _entries = grown;
        _newest = (Count - 1) & (grown.Length - 1);
    }

    /// <summary>Texts keep their order, so the ring is unrolled and every entry told its new place.</summary>
    private void GrowText(int needed)
    {
        var grown = new byte[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(FirstText, needed))];
        var position = 0;
        for (var i = Count - 1; i >= 0; i--)
        {
            ref var entry = ref _entries[(_newest - i) & (_entries.Length - 1)];
            CopyText(in entry, grown.AsSpan(position));
            entry = entry with { TextStart = position };
            position += entry.TextLength;
        }
        _text = grown;
        _textStart = 0;
    }
}
