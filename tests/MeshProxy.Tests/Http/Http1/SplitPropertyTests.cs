using System.Text;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.Http.Http1;

/// <summary>
/// Seeded mutations of whole conversations: whatever comes, the observer comes to rest, what passes is a prefix of what came, and the
/// verdict is the same however the bytes were split. The number of streams is bounded here; TEST_MUTATIONS asks for more.
/// </summary>
public sealed class SplitPropertyTests
{
    private static readonly int Mutations =
        int.TryParse(Environment.GetEnvironmentVariable("TEST_MUTATIONS"), out var count) ? count : 4000;

    private static readonly string[] Requests =
    [
        "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "HEAD /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "CONNECT db:1 HTTP/1.1\r\nHost: db:1\r\n\r\n",
    ];

    private static readonly string[] Responses =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
    ];

    private static readonly byte[] Telling =
        [0, 9, 10, 13, 32, (byte)':', (byte)';', (byte)',', (byte)'0', (byte)'5', (byte)'"', 0x7f, 0xff];

    [Fact]
    public void Mutated_conversations_get_the_same_verdict_at_every_split()
    {
        var random = new Random(4711);
        for (var round = 0; round < Mutations; round++)
        {
            var requests = Mutate(Some(Requests, random), random);
            var responses = Mutate(Some(Responses, random), random);
            var whole = Observe(requests, responses, requests.Length, responses.Length);
            for (var tries = 0; tries < 3; tries++)
                AssertSame(whole, Observe(requests, responses, random.Next(1, 8), random.Next(1, 8)), requests, responses);
        }
    }

    [Fact]
    public void Mutated_conversations_pass_whole_in_transparent_mode()
    {
        var random = new Random(4712);
        for (var round = 0; round < Mutations / 4; round++)
        {
            var requests = Mutate(Some(Requests, random), random);
            var connection = new ObservedConnection(FramingPolicy.Transparent);
            foreach (var piece in requests.Chunk(5))
                connection.Client(piece);
            if (connection.Requests.Contains("opaque"))
                Assert.Equal(requests, connection.PassedRequests);
        }
    }

    private static ObservedConnection Observe(byte[] requests, byte[] responses, int requestPiece, int responsePiece)
    {
        var connection = new ObservedConnection();
        foreach (var piece in requests.Chunk(Math.Max(1, requestPiece)))
            connection.Client(piece);
        foreach (var piece in responses.Chunk(Math.Max(1, responsePiece)))
            connection.Server(piece);
        Assert.True(requests.AsSpan().StartsWith([.. connection.PassedRequests]));
        Assert.True(responses.AsSpan().StartsWith([.. connection.PassedResponses]));
        return connection.ClientEnds().ServerEnds();
    }

    private static void AssertSame(ObservedConnection expected, ObservedConnection actual, byte[] requests, byte[] responses)
    {
        if (expected.Verdict != actual.Verdict)
        {
            Assert.Fail(
                $"{expected.Verdict}\n{actual.Verdict}\n{Encoding.Latin1.GetString(requests)}\n{Encoding.Latin1.GetString(responses)}");
        }
    }

    private static byte[] Some(string[] samples, Random random)
    {
        var text = "";
        for (var count = random.Next(1, 5); count > 0; count--)
            text += samples[random.Next(samples.Length)];
        return Encoding.Latin1.GetBytes(text);
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        for (var change = random.Next(0, 4); change > 0; change--)
        {
            var position = random.Next(mutated.Count);
            var value = random.Next(3) == 0 ? (byte)random.Next(256) : Telling[random.Next(Telling.Length)];
            switch (random.Next(3))
            {
                case 0:
                    mutated[position] = value;
                    break;
                case 1:
                    mutated.Insert(position, value);
                    break;
                default:
                    mutated.RemoveAt(position);
                    break;
            }
        }
        return [.. mutated];
    }
}
