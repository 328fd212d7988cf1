using MeshProxy.DataPlane.Detection;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>First bytes of a connection: a decision never changes with more bytes, and names are printable.</summary>
internal sealed class ClientHelloTarget() : FuzzTarget("client-hello")
{
    /// <summary>A ClientHello of TLS 1.2 with server name and ALPN, put together by RFC 8446 §4.1.2 and RFC 6066 §3.</summary>
    private static readonly byte[] Hello = Record(
    [
        1, 0, 0, 67, 3, 3, .. new byte[32], 0, 0, 2, 0x13, 0x01, 1, 0, 0, 26,
        0, 0, 0, 9, 0, 7, 0, 0, 4, .. "db.x"u8,
        0, 16, 0, 9, 0, 7, 2, .. "h2"u8, 3, .. "foo"u8,
    ]);

    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        Hello,
        [.. Record([1, 0]), .. Record([0, 67, 3, 3])],
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(),
        "OPTIONS * HTTP/1.1\r\n"u8.ToArray(),
        "SSH-2.0-x\r\n"u8.ToArray(),
    ];

    public override void Read(byte[] input, Random random)
    {
        var decided = DetectionResult.NeedMore;
        for (var length = 0; length <= input.Length; length += random.Next(1, 20))
        {
            var now = ProtocolDetector.Detect(input.AsSpan(0, length));
            Assert.True(decided == DetectionResult.NeedMore || decided == now, $"{decided} became {now} at {length}");
            decided = now;
        }
        ClientHelloReader.Read(input, out var hello);
        Assert.DoesNotContain(hello.ServerName.ToArray(), IsUnprintable);
        Assert.DoesNotContain(hello.Protocols.ToArray(), IsUnprintable);
    }

    private static bool IsUnprintable(byte value) => value is < 0x20 or > 0x7e;

    private static byte[] Record(byte[] content) => [0x16, 3, 1, 0, (byte)content.Length, .. content];
}
