namespace MeshProxy.DataPlane.Http.Hpack;

/// <summary>
/// The static table (RFC 7541 Appendix A), reduced to what an observer needs: the size of each name, and known names and values.
/// </summary>
internal static class StaticTable
{
    public const int Count = 61;

    private static readonly TableEntry[] Entries = [.. Fields.Select(f => Reduce(f.Name, f.Value))];

    private static (string Name, string Value)[] Fields =>
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"),
        (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
        (":status", "404"), (":status", "500"), ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""),
        ("accept-ranges", ""), ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""),
        ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""),
        ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
        ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""),
        ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""),
        ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""),
        ("via", ""), ("www-authenticate", ""),
    ];

    /// <param name="index">From 1 to <see cref="Count"/>.</param>
    public static ref readonly TableEntry Get(int index) => ref Entries[index - 1];

    /// <summary>The texts of the only entries that have one: methods and paths.</summary>
    public static ReadOnlySpan<byte> Text(int index) => index switch
    {
        2 => "GET"u8,
        3 => "POST"u8,
        4 => "/"u8,
        5 => "/index.html"u8,
        _ => default,
    };

    private static TableEntry Reduce(string name, string value)
    {
        var header = KnownHeaders.Of(System.Text.Encoding.ASCII.GetBytes(name));
        var code = header.IsText() ? (ushort)0 : HeaderValue.Encode(header, System.Text.Encoding.ASCII.GetBytes(value));
        return new TableEntry(name.Length, name.Length + value.Length + TableEntry.Overhead, header, code);
    }
}
