using System.Text;
using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http2;
using static MeshProxy.Tests.Http.Http2.Frames;

namespace MeshProxy.Tests.Http.Http2;

/// <summary>What the proxy writes itself, read back as a client would.</summary>
public sealed class OwnFramesTests
{
    [Fact]
    public void Goaway_names_the_last_stream_the_code_and_the_reason()
    {
        Span<byte> buffer = stackalloc byte[Http2Frames.MaxGoAwayLength];
        var length = Http2Frames.WriteGoAway(buffer, 7, Http2ErrorCode.EnhanceYourCalm, "too-many-resets\n" + new string('x', 100));
        Assert.Equal(Http2Frames.MaxGoAwayLength, length);
        var header = FrameHeader.Read(buffer);
        Assert.Equal((FrameType.GoAway, 0, length - 9), (header.Type, header.StreamId, header.Length));
        Assert.Equal([0, 0, 0, 7, 0, 0, 0, 11], buffer[9..17].ToArray());
        Assert.StartsWith("too-many-resets?", Encoding.ASCII.GetString(buffer[17..length]));
    }

    [Fact]
    public void Settings_and_resets_are_whole_frames()
    {
        Span<byte> buffer = stackalloc byte[32];
        Assert.Equal(Settings(), buffer[..Http2Frames.WriteSettings(buffer)].ToArray());
        Assert.Equal(Frame(4, Ack, 0), buffer[..Http2Frames.WriteSettingsAck(buffer)].ToArray());
        Assert.Equal(Reset(5, 8), buffer[..Http2Frames.WriteReset(buffer, 5, Http2ErrorCode.Cancel)].ToArray());
    }

    [Theory]
    [InlineData(502, false, 502, -1)]
    [InlineData(504, true, 200, 4)]
    [InlineData(502, true, 200, 14)]
    [InlineData(403, true, 200, 7)]
    public void An_error_ends_its_stream_with_a_status_the_client_understands(int status, bool isGrpc, int expectedStatus, int expectedGrpc)
    {
        Span<byte> buffer = stackalloc byte[Http2ErrorResponse.MaxLength];
        var length = Http2ErrorResponse.Write(
            buffer, 9, status, isGrpc, isFirst: true, "connect, 10.0.0.7:80, refused\r\n" + new string('x', 999));
        var header = FrameHeader.Read(buffer);
        Assert.Equal((FrameType.Headers, 9, length - 9), (header.Type, header.StreamId, header.Length));
        Assert.True(header is { EndsStream: true, EndsHeaders: true });
        var fields = new HeaderFields();
        Assert.Equal(HpackError.None, new HpackDecoder(4096, 4096).Decode(buffer[9..length], fields));
        Assert.Equal((expectedStatus, expectedGrpc, isGrpc), (fields.Status, fields.GrpcStatus, fields.IsGrpc));
        Assert.Contains("connect, 10.0.0.7:80, refused??", Encoding.Latin1.GetString(buffer[..length]));
    }

    [Fact]
    public void An_error_leaves_the_compression_of_the_connection_alone()
    {
        Span<byte> buffer = stackalloc byte[Http2ErrorResponse.MaxLength];
        var length = Http2ErrorResponse.Write(buffer, 3, 502, isGrpc: false, isFirst: false, "x");
        // The server adds an entry before and refers to it after.
        var h2 = ObservedHttp2.Started().Client(Get(1), Get(3), Get(5)).Server(
            Frame(1, EndHeaders | EndStream, 1, [0x48, 3, .. "418"u8]),
            buffer[..length].ToArray(),
            Frame(1, EndHeaders | EndStream, 5, 0xbe));
        Assert.EndsWith("1 418 | 1 Completed | 3 502 | 3 Completed | 5 418 | 5 Completed", h2.Said);
    }
}
