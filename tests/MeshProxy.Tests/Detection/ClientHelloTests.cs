using System.Net.Security;
using System.Text;
using MeshProxy.DataPlane.Detection;
using static MeshProxy.Tests.Detection.ByteSplits;

namespace MeshProxy.Tests.Detection;

/// <summary>Against the ClientHello a real TLS library writes (OpenSSL, through SslStream).</summary>
public sealed class ClientHelloTests
{
    private static readonly byte[] Hello = RealClientHello("db.example.com", ["h2", "http/1.1"]);

    [Fact]
    public void Names_of_a_real_client_are_read()
    {
        Assert.Equal(ClientHelloStatus.Read, ClientHelloReader.Read(Hello, out var hello));
        Assert.Equal("db.example.com", Encoding.ASCII.GetString(hello.ServerName));
        Assert.Equal("h2,http/1.1", Encoding.ASCII.GetString(hello.Protocols));
    }

    [Fact]
    public void Real_client_is_tls_with_its_last_byte_and_undecided_before()
    {
        for (var length = 1; length < Hello.Length; length++)
            Assert.Equal(DetectionResult.NeedMore, ProtocolDetector.Detect(Hello.AsSpan(0, length)));
        Assert.Equal(DetectionResult.Tls, ProtocolDetector.Detect(Hello));
        for (var split = 0; split <= Hello.Length; split++)
            Assert.Equal(DetectionResult.Tls, ProtocolDetector.Detect(InTwoSegments(Hello, split)));
    }

    [Fact]
    public void Cut_into_records_at_every_byte_it_reads_the_same()
    {
        var message = Hello.AsSpan(5).ToArray();
        for (var cut = 1; cut < message.Length; cut++)
            AssertReads([.. Record(message[..cut]), .. Record(message[cut..])]);
        AssertReads([.. message.SelectMany(b => Record([b]))]);
    }

    [Fact]
    public void Without_extensions_it_is_read_and_has_no_names()
    {
        byte[] body = [3, 1, .. new byte[32], 0, 0, 2, 0, 0x2f, 1, 0];
        var bytes = Record([1, 0, 0, (byte)body.Length, .. body]);
        Assert.Equal(ClientHelloStatus.Read, ClientHelloReader.Read(bytes, out var hello));
        Assert.True(hello.ServerName.IsEmpty);
        Assert.True(hello.Protocols.IsEmpty);
    }

    [Fact]
    public void Longer_than_detection_keeps_it_is_tls_at_once()
    {
        byte[] start = [0x16, 3, 1, 0x40, 0, 1, 1, 0, 1, 3];
        Assert.Equal(DetectionResult.NeedMore, ProtocolDetector.Detect(start.AsSpan(0, 9)));
        Assert.Equal(DetectionResult.Tls, ProtocolDetector.Detect(start));
    }

    [Fact]
    public void Other_record_in_the_middle_is_tls_without_names()
    {
        var bytes = Record(Hello.AsSpan(5, 60).ToArray()).Concat(new byte[] { 0x17 }).ToArray();
        Assert.Equal(ClientHelloStatus.Malformed, ClientHelloReader.Read(bytes, out _));
        Assert.Equal(DetectionResult.Tls, ProtocolDetector.Detect(bytes));
    }

    [Fact]
    public void Name_that_is_not_printable_or_too_long_is_left_out()
    {
        Assert.Equal(ClientHelloStatus.Read, ClientHelloReader.Read(WithServerName("evil\nlog"), out var control));
        Assert.True(control.ServerName.IsEmpty);
        Assert.Equal(ClientHelloStatus.Read, ClientHelloReader.Read(WithServerName(new string('a', 254)), out var tooLong));
        Assert.True(tooLong.ServerName.IsEmpty);
        Assert.Equal(ClientHelloStatus.Read, ClientHelloReader.Read(WithServerName(new string('a', 253)), out var longest));
        Assert.Equal(253, longest.ServerName.Length);
    }

    [Fact]
    public void Lengths_that_lie_never_throw_and_never_change_a_decision()
    {
        // Every byte set to every telling value: among them every length field.
        byte[] values = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
        for (var position = 0; position < Hello.Length; position++)
        {
            foreach (var value in values)
            {
                var bytes = Hello.ToArray();
                bytes[position] = value;
                var whole = ClientHelloReader.Read(bytes, out _);
                var half = ClientHelloReader.Read(bytes.AsSpan(0, bytes.Length / 2), out _);
                Assert.True(half == whole || half == ClientHelloStatus.NeedMore);
                Assert.True(position < 10 || whole != ClientHelloStatus.NotTls);
            }
        }
    }

    [Fact]
    public void Random_bytes_after_a_believable_start_never_throw()
    {
        var random = new Random(7);
        var bytes = new byte[400];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            Hello.AsSpan(0, random.Next(5, 120)).CopyTo(bytes);
            ClientHelloReader.Read(bytes.AsSpan(0, random.Next(bytes.Length)), out _);
        }
    }

    private static void AssertReads(byte[] bytes)
    {
        Assert.Equal(ClientHelloStatus.Read, ClientHelloReader.Read(bytes, out var hello));
        Assert.Equal("db.example.com", Encoding.ASCII.GetString(hello.ServerName));
        Assert.Equal("h2,http/1.1", Encoding.ASCII.GetString(hello.Protocols));
        Assert.Equal(DetectionResult.NeedMore, ProtocolDetector.Detect(bytes.AsSpan(0, bytes.Length - 1)));
    }

    private static byte[] Record(byte[] payload) => [0x16, 3, 1, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    private static byte[] WithServerName(string name)
    {
        byte[] entry = [0, (byte)(name.Length >> 8), (byte)name.Length, .. Bytes(name)];
        byte[] list = [(byte)(entry.Length >> 8), (byte)entry.Length, .. entry];
        byte[] extension = [0, 0, (byte)(list.Length >> 8), (byte)list.Length, .. list];
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, (byte)(extension.Length >> 8), (byte)extension.Length, .. extension];
        return Record([1, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body]);
    }

    private static byte[] RealClientHello(string host, string[] protocols)
    {
        using var wire = new WriteOnlyWire();
        using var tls = new SslStream(wire);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ApplicationProtocols = [.. protocols.Select(p => new SslApplicationProtocol(p))],
        };
        // The handshake fails at the wire's end, after the first flight has been written.
        Assert.ThrowsAny<IOException>(() => tls.AuthenticateAsClient(options));
        return wire.Written.ToArray();
    }

    /// <summary>Takes what is written and answers with the end of the stream.</summary>
    private sealed class WriteOnlyWire : MemoryStream
    {
        public MemoryStream Written { get; } = new();

        public override int Read(Span<byte> buffer) => 0;

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);

        public override void Write(byte[] buffer, int offset, int count) => Written.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => Written.Write(buffer);
    }
}
