namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>
/// Follows the header compression of one direction (RFC 7541) and takes out what an observer wants. Values nobody asks for are
/// measured and not stored, and plain ones not even read.
/// </summary>
/// <param name="maxListSize">Of one block, decoded, 32 bytes per field included (RFC 9113 §6.5.2): what stops a compression bomb.</param>
/// <param name="maxTableSize">The largest dynamic table the proxy follows.</param>
internal sealed class HpackDecoder(int maxListSize, int maxTableSize)
{
    private readonly DynamicTable _table = new();
    private int _allowedTableSize = DynamicTable.DefaultSize;
    private uint _leastAllowed = DynamicTable.DefaultSize;
    private bool _hasBegun;

    /// <summary>
    /// The receiver allows tables of this size. An encoder may not have heard of it yet, so the largest ever allowed counts.
    /// </summary>
    public void AllowTableSize(uint size)
    {
        _allowedTableSize = (int)Math.Max((uint)_allowedTableSize, Math.Min(size, int.MaxValue));
        _leastAllowed = Math.Min(_leastAllowed, size);
    }

    /// <summary>
    /// No block has come yet, and the first must announce a smaller table, whoever writes it. One that announces an empty table costs the
    /// encoder nothing: it has no entry yet, and announces its own size.
    /// </summary>
    public bool OwesTableSize => !_hasBegun && _leastAllowed < DynamicTable.DefaultSize;

    /// <summary>Decodes a whole block. After any error the table is out of step, and the connection cannot be followed.</summary>
    public HpackError Decode(ReadOnlySpan<byte> block, HeaderFields fields)
    {
        fields.Clear();
        _hasBegun = true;
        var reader = new HpackReader(block);
        var listSize = 0;
        var error = ReadTableSizes(ref reader);
        while (error == HpackError.None && !reader.IsAtEnd)
        {
            error = ReadField(ref reader, fields, out var size);
            listSize += size;
            if (error == HpackError.None && listSize > maxListSize)
                return HpackError.ListTooLarge;
        }
        return error;
    }

    /// <summary>At most two updates, and only before the first field (RFC 7541 §4.2).</summary>
    private HpackError ReadTableSizes(ref HpackReader reader)
    {
        for (var updates = 0; updates < 2 && !reader.IsAtEnd && (reader.Peek() & 0xe0) == 0x20; updates++)
        {
            if (!reader.TryReadInteger(5, out var size) || size > _allowedTableSize)
                return HpackError.Malformed;
            if (size > maxTableSize)
                return HpackError.TableTooLarge;
            _table.Resize(size);
        }
        return HpackError.None;
    }

    private HpackError ReadField(ref HpackReader reader, HeaderFields fields, out int size)
    {
        size = 0;
        var first = reader.Peek();
        if ((first & 0x80) != 0)
            return reader.TryReadInteger(7, out var index) && TryTakeIndexed(index, fields, out size)
                ? HpackError.None
                : HpackError.Malformed;
        var addsToTable = (first & 0x40) != 0;
        if (!addsToTable && (first & 0x20) != 0)
            return HpackError.Malformed;
        return reader.TryReadInteger(addsToTable ? 6 : 4, out var nameIndex)
            && TryReadName(ref reader, nameIndex, out var header, out var nameLength)
            && TryReadValue(ref reader, header, nameLength, addsToTable, fields, out size)
            ? HpackError.None
            : HpackError.Malformed;
    }

    private bool TryTakeIndexed(int index, HeaderFields fields, out int size)
    {
        size = 0;
        if (index < 1 || index > StaticTable.Count + _table.Count)
            return false;
        var isStatic = index <= StaticTable.Count;
        ref readonly var entry = ref isStatic ? ref StaticTable.Get(index) : ref _table.Get(index - StaticTable.Count - 1);
        size = entry.Size;
        if (!entry.Header.IsText())
        {
            fields.Set(entry.Header, entry.Code);
            return true;
        }
        var text = fields.TextBuffer(entry.Header);
        if (isStatic)
            StaticTable.Text(index).CopyTo(text);
        else
            _table.CopyText(in entry, text);
        fields.SetTextLength(entry.Header, isStatic ? StaticTable.Text(index).Length : entry.TextLength);
        return true;
    }

    private bool TryReadName(ref HpackReader reader, int index, out KnownHeader header, out int nameLength)
    {
        header = KnownHeader.None;
        nameLength = 0;
        if (index > StaticTable.Count + _table.Count)
            return false;
        if (index > 0)
        {
            ref readonly var entry = ref index <= StaticTable.Count
                ? ref StaticTable.Get(index)
                : ref _table.Get(index - StaticTable.Count - 1);
            header = entry.Header;
            nameLength = entry.NameLength;
            return true;
        }
        Span<byte> name = stackalloc byte[KnownHeaders.MaxNameLength];
        // A name without letters is legal in HPACK alone, and a known attack.
        if (!reader.TryReadString(name, out nameLength) || nameLength == 0)
            return false;
        if (nameLength <= name.Length)
            header = KnownHeaders.Of(name[..nameLength]);
        return true;
    }

    private bool TryReadValue(
        ref HpackReader reader, KnownHeader header, int nameLength, bool addsToTable, HeaderFields fields, out int size)
    {
        Span<byte> number = stackalloc byte[HeaderValue.MaxLength];
        var buffer = header.IsText() ? fields.TextBuffer(header) : header == KnownHeader.None ? default : number;
        var isSound = reader.TryReadString(buffer, out var length);
        size = nameLength + length + TableEntry.Overhead;
        if (!isSound)
            return false;
        ReadOnlySpan<byte> kept = buffer[..Math.Min(length, buffer.Length)];
        ushort code = 0;
        if (header.IsText())
            fields.SetTextLength(header, kept.Length);
        else
            fields.Set(header, code = HeaderValue.Encode(header, kept));
        if (addsToTable)
            _table.Add(new TableEntry(nameLength, size, header, code), header.IsText() ? kept : default);
        return true;
    }
}
