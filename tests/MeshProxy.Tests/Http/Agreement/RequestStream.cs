using System.Globalization;
using System.Text;
using MeshProxy.Tests.Fuzz;
using MeshProxy.Tests.Http.Http1;

namespace MeshProxy.Tests.Http.Agreement;

/// <summary>The requests of one client, mutated: what the observer lets pass of them, and the requests it takes that for.</summary>
internal sealed class RequestStream
{
    /// <summary>Declines every switch, so that all that follows is requests.</summary>
    private const string Answer = "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";

    /// <summary>What every stream ends with.</summary>
    private static readonly byte[] Last = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"u8.ToArray();

    private static readonly byte[][] Samples =
    [
        .. new[]
        {
            "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
            "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
            "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n0\r\nX: y\r\n\r\n",
            "HEAD /d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "PUT /e HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\nA\r\nGET / HTTP\r\n0\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: h\r\nX: \t y \r\n\r\n",
            "GET http://h/f?x=y HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, x\r\n\r\n",
            "DELETE /g HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
            "\r\nGET /h HTTP/1.1\r\nHost: h\r\n\r\n",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    private readonly List<SeenRequest> _requests = [];
    private int _position;
    private bool _isChunked;

    private RequestStream(byte[] bytes)
    {
        var observed = new ObservedConnection().Client(bytes);
        while (observed.Observer.InFlight > 0)
            observed.Server(Answer);
        Passed = [.. observed.PassedRequests];
        foreach (var words in observed.RequestEvents.Select(said => said.Split(' ')))
            Take(words);
    }

    public byte[] Passed { get; }

    /// <summary>All of it passed, to the last request, which asks for the connection to be closed.</summary>
    public bool IsWhole => _requests is [.., { Target: "/last", BodyBytes: 0 }];

    public static RequestStream Of(Random random)
    {
        var bytes = new List<byte>();
        for (var count = random.Next(1, 6); count > 0; count--)
            bytes.AddRange(random.Next(3) == 0
                ? Mutation.Of(Samples, "\0\t\n\r :;,05\"\x7f"u8, random)
                : Samples[random.Next(Samples.Length)]);
        return new RequestStream([.. bytes, .. Last]);
    }

    /// <summary>
    /// Whoever got the passed bytes has seen these requests and no others; it may have refused to go on, but never seen what the observer
    /// did not.
    /// </summary>
    public void AssertSeen(IReadOnlyList<SeenRequest> seen, bool stoppedEarly)
    {
        var expected = _requests;
        var same = seen.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
        // The last request of one that stopped may be cut off where it stopped.
        var isCut = stoppedEarly && same == seen.Count - 1 && same < expected.Count && seen[same] == expected[same] with { BodyBytes = -1 };
        if (same + (isCut ? 1 : 0) < seen.Count || !stoppedEarly && seen.Count < expected.Count)
            Assert.Fail($"seen: {string.Join(", ", seen)}\nobserved: {string.Join(", ", expected)}\n{Encoding.Latin1.GetString(Passed)}");
    }

    private void Take(string[] words)
    {
        if (words[0] == "end")
            _requests[^1] = _requests[^1] with { BodyBytes = ContentOf(int.Parse(words[1], CultureInfo.InvariantCulture)) };
        else if (words[0] is not ("refused" or "broken" or "opaque"))
            BeginRequest(words[0], words[1]);
    }

    private void BeginRequest(string method, string target)
    {
        var rest = Encoding.Latin1.GetString(Passed.AsSpan(_position));
        var length = rest.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        _position += length;
        _isChunked = rest[..length].Contains("\r\nTransfer-Encoding:", StringComparison.OrdinalIgnoreCase);
        _requests.Add(new SeenRequest(method, target, -1));
    }

    /// <summary>The observer knows the end of a body; what is content in chunks is counted here.</summary>
    private long ContentOf(int wireBytes)
    {
        var body = Encoding.Latin1.GetString(Passed.AsSpan(_position, wireBytes));
        _position += wireBytes;
        if (!_isChunked)
            return wireBytes;
        var content = 0;
        for (var at = 0; ;)
        {
            var digits = body.AsSpan(at).IndexOfAny('\r', ';');
            var size = int.Parse(body.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0)
                return content;
            content += size;
            at = body.IndexOf("\r\n", at, StringComparison.Ordinal) + size + 4;
        }
    }
}
