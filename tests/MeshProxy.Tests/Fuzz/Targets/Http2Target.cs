using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.Http.Http2;
using static MeshProxy.Tests.Http.Http2.Frames;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>Frames of both sides: what passes is a prefix of what came, and the verdict is the same however it was split.</summary>
internal sealed class Http2Target() : FuzzTarget("http2")
{
    private static readonly byte[] Border = Frame(0xfe, 0, 0, "border"u8.ToArray());

    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        [
            .. Get(1), .. Call(3), .. Data(3, 30, EndStream), .. Border,
            .. Settings(), .. Headers(1, EndStream, (":status", "200")),
            .. Headers(3, EndStream, (":status", "200"), ("grpc-status", "7")),
        ],
        [
            .. Frame(1, Priority | EndStream, 5, [0, 0, 0, 0, 9, 0x82, 0x84]),
            .. Frame(9, EndHeaders, 5, [0x41, 1, (byte)'h', 0x40, 1, (byte)'x', 2, 3, 4]),
            .. Ping(), .. WindowUpdate(0), .. Border,
            .. Settings((1, 8192)), .. Frame(4, Ack, 0), .. Headers(5, 0, (":status", "103")),
            .. Frame(1, EndHeaders | Padded, 5, [3, 0x48, 3, 0x34, 0x30, 0x34, 0, 0, 0]), .. Data(5, 3, EndStream),
        ],
        [.. Get(1), .. Reset(1), .. Settings((1, 0), (5, 20_000)), .. Get(3), .. Border, .. Settings(), .. Frame(7, 0, 0, new byte[8])],
    ];

    public override void Read(byte[] input, Random random)
    {
        var whole = Observe(input, int.MaxValue);
        var split = Observe(input, random.Next(1, 30));
        Assert.Equal(whole.Said, split.Said);
    }

    private static ObservedHttp2 Observe(byte[] input, int piece)
    {
        var border = input.AsSpan().IndexOf(Border);
        // The preface is detection's, so it is always whole.
        byte[] client = [.. ClientStart, .. border < 0 ? input : input[..border]];
        var server = border < 0 ? [] : input[(border + Border.Length)..];
        var h2 = new ObservedHttp2(FramingPolicy.Refuse);
        foreach (var part in client.Chunk(piece))
            h2.Client(part);
        foreach (var part in server.Chunk(piece))
            h2.Server(part);
        Assert.True(client.AsSpan().StartsWith([.. h2.PassedOfClient]));
        Assert.True(server.AsSpan().StartsWith([.. h2.PassedOfServer]));
        return h2;
    }
}
