using MeshProxy.Tests.Http.Http2;
using static MeshProxy.Tests.Http.Http2.Frames;

namespace MeshProxy.Tests.Http.Agreement;

/// <summary>
/// Sound streams of one HTTP/2 client: header blocks in one frame or several, padded or not, with and without content, PING between them.
/// </summary>
internal sealed class RandomStreams
{
    private const int MostContent = 2000;
    private const int MostText = 100;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PROPFIND", "HEAD", "DELETE"];

    private readonly Random _random;
    private readonly List<byte> _bytes = [.. ClientStart];

    public RandomStreams(Random random, int name)
    {
        _random = random;
        Count = random.Next(1, 9);
        for (var stream = 1; stream < 2 * Count; stream += 2)
            Add(stream, $"/{name}/{stream}?{new string('q', random.Next(MostText))}");
    }

    public int Count { get; }

    public byte[] Bytes => [.. _bytes];

    private void Add(int stream, string path)
    {
        var method = Methods[_random.Next(Methods.Length)];
        var hasContent = method is not ("GET" or "HEAD") && _random.Next(2) == 0;
        var filler = new string('v', _random.Next(MostText));
        var head = Block((":method", method), (":scheme", "http"), (":path", path), (":authority", "h"), ("x", filler));
        AddBlock(stream, hasContent ? (byte)0 : EndStream, head);
        if (_random.Next(4) == 0)
            _bytes.AddRange(Ping());
        if (hasContent)
            AddContent(stream);
    }

    private void AddBlock(int stream, byte flags, byte[] block)
    {
        var parts = block.Chunk(_random.Next(3) == 0 ? _random.Next(block.Length / 6, block.Length) : block.Length).ToArray();
        for (var i = 0; i < parts.Length; i++)
        {
            var end = i == parts.Length - 1 ? EndHeaders : (byte)0;
            var isPadded = i == 0 && _random.Next(3) == 0;
            byte[] payload = isPadded ? [3, .. parts[i], 0, 0, 0] : parts[i];
            _bytes.AddRange(i == 0
                ? Frame(HeadersType, (byte)(flags | end | (isPadded ? Padded : 0)), stream, payload)
                : Frame(9, end, stream, payload));
        }
    }

    private void AddContent(int stream)
    {
        for (var left = _random.Next(3); left > 0; left--)
            _bytes.AddRange(Data(stream, _random.Next(MostContent)));
        _bytes.AddRange(_random.Next(2) == 0
            ? Data(stream, _random.Next(MostContent), EndStream)
            : Headers(stream, EndStream, ("x-trailer", "t")));
    }
}
