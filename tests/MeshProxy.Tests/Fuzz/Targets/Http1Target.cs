using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.Http.Http1;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>Requests and responses: what passes is a prefix of what came, and the verdict is the same however it was split.</summary>
internal sealed class Http1Target() : FuzzTarget("http1")
{
    /// <summary>Parts what the client says from what the server says in one input.</summary>
    private static readonly byte[] Border = "\n---\n"u8.ToArray();

    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        [.. "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"u8, .. Border, .. "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"u8],
        [
            .. "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"u8,
            .. "5;x=\"y\"\r\nhello\r\n0\r\nX: y\r\n\r\n"u8, .. Border,
            .. "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"u8,
        ],
        [
            .. "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"u8, .. Border,
            .. "HTTP/1.1 101 Switching Protocols\r\n\r\nraw"u8,
        ],
        [.. "CONNECT db:1 HTTP/1.1\r\nHost: db:1\r\n\r\n"u8, .. Border, .. "HTTP/1.1 200 OK\r\n\r\nraw"u8],
        [
            .. "HEAD /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"u8, .. Border,
            .. "HTTP/1.0 200 OK\r\nContent-Length: 12345678901\r\n\r\n"u8,
        ],
    ];

    public override ReadOnlySpan<byte> Telling => "\0\t\n\r :;,05\"\x7f"u8;

    public override void Read(byte[] input, Random random)
    {
        var whole = Observe(input, int.MaxValue);
        var split = Observe(input, random.Next(1, 9));
        Assert.Equal(whole.Verdict, split.Verdict);
    }

    private static ObservedConnection Observe(byte[] input, int piece)
    {
        var border = input.AsSpan().IndexOf(Border);
        var requests = border < 0 ? input : input[..border];
        var responses = border < 0 ? [] : input[(border + Border.Length)..];
        var connection = new ObservedConnection(FramingPolicy.Refuse);
        foreach (var part in requests.Chunk(piece))
            connection.Client(part);
        foreach (var part in responses.Chunk(piece))
            connection.Server(part);
        Assert.True(requests.AsSpan().StartsWith([.. connection.PassedRequests]));
        Assert.True(responses.AsSpan().StartsWith([.. connection.PassedResponses]));
        return connection.ClientEnds().ServerEnds();
    }
}
