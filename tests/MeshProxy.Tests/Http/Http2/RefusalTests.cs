using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Settings;
using static MeshProxy.Tests.Http.Http2.Frames;

namespace MeshProxy.Tests.Http.Http2;

/// <summary>Frames that end the connection: what passed before them has passed, they have not.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string, byte[]> BadFrames => new()
    {
        { "frame-too-large", Frame(0, 0, 1, new byte[16_385]) },
        { "bad-frame-size", Frame(6, 0, 0, new byte[7]) },
        { "bad-frame-size", Frame(3, 0, 1, new byte[5]) },
        { "bad-frame-size", Frame(8, 0, 1, new byte[3]) },
        { "bad-frame-size", Frame(2, 0, 1, new byte[4]) },
        { "bad-frame-size", Frame(7, 0, 0, new byte[7]) },
        { "bad-frame-size", Frame(4, 0, 0, new byte[5]) },
        { "bad-frame-size", Frame(4, Ack, 0, new byte[6]) },
        { "bad-stream-id", Frame(0, 0, 0, new byte[1]) },
        { "bad-stream-id", Frame(1, EndHeaders, 0, 0x82) },
        { "bad-stream-id", Frame(4, 0, 1) },
        { "bad-stream-id", Frame(6, 0, 1, new byte[8]) },
        { "bad-stream-id", Headers(2, EndStream, (":method", "GET")) },
        { "bad-padding", Frame(1, EndHeaders | Padded, 1) },
        { "bad-padding", Frame(1, EndHeaders | Padded, 1, 5, 0x82) },
        { "bad-padding", Frame(1, EndHeaders | Priority, 1, 0, 0, 0, 0) },
        { "bad-settings", Settings((5, 16_383)) },
        { "bad-settings", Settings((5, 1 << 24)) },
        { "unexpected-frame", Frame(9, EndHeaders, 1, 0x82) },
        { "unexpected-frame", Frame(5, EndHeaders, 1, 0, 0, 0, 2, 0x82) },
        { "compression-failed", Frame(1, EndHeaders, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) },
        { "compression-failed", Headers(1, 0, ("", "empty name")) },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public void A_bad_frame_is_refused_at_every_split(string error, byte[] frame)
    {
        for (var split = 0; split < Math.Min(frame.Length, 40); split++)
        {
            var h2 = new ObservedHttp2().Client(ClientStart).Client(frame[..split]).Client(frame[split..]).Client(Ping());
            Assert.Equal("refused " + error, h2.Said);
            Assert.Equal(ClientStart, h2.PassedOfClient);
        }
    }

    [Theory]
    [MemberData(nameof(BadFrames))]
    public void In_transparent_mode_a_bad_frame_passes_and_is_named(string error, byte[] frame)
    {
        var h2 = new ObservedHttp2(FramingPolicy.Transparent).Client(ClientStart, frame, Ping());
        Assert.Equal("opaque " + error, h2.Said);
        Assert.Equal([.. ClientStart, .. frame, .. Ping()], h2.PassedOfClient);
    }

    [Fact]
    public void Only_continuations_of_the_same_stream_may_follow_an_open_block()
    {
        var open = Frame(1, 0, 1, 0x82);
        Assert.Equal("refused unexpected-frame", new ObservedHttp2().Client(ClientStart, open, Ping()).Said);
        Assert.Equal("refused unexpected-frame", new ObservedHttp2().Client(ClientStart, open, Frame(9, EndHeaders, 3, 0x84)).Said);
    }

    [Fact]
    public void The_first_frame_of_a_client_is_settings()
    {
        Assert.Equal("refused unexpected-frame", new ObservedHttp2().Client(Preface, Get(1)).Said);
        Assert.Equal("refused bad-preface", new ObservedHttp2().Client("GET / HTTP/1.1\r\nHost: h\r\n"u8.ToArray()).Said);
    }

    [Fact]
    public void A_frame_may_be_as_large_as_the_other_side_allows()
    {
        var h2 = new ObservedHttp2().Client([.. Preface, .. Settings((5, 20_000))]).Server(Settings()).Client(Get(1));
        h2.Server(Headers(1, 0, (":status", "200")), Data(1, 20_000, EndStream));
        Assert.EndsWith("1 Completed", h2.Said);
        Assert.EndsWith("refused frame-too-large", h2.Client(Data(1, 16_385)).Said);
    }

    [Fact]
    public void A_header_table_may_be_as_large_as_the_other_side_allows()
    {
        var grown = Frame(1, EndHeaders | EndStream, 1, 0x3f, 0xe1, 0x3f, 0x88);
        Assert.EndsWith("refused compression-failed", ObservedHttp2.Started().Client(Get(1)).Server(grown).Said);
        var h2 = new ObservedHttp2().Client([.. Preface, .. Settings((1, 8192))]).Server(Settings()).Client(Get(1)).Server(grown);
        Assert.EndsWith("1 200 | 1 Completed", h2.Said);
    }

    [Trait("fault", "P3")]
    [Fact]
    public void A_flood_of_continuations_is_refused()
    {
        var h2 = ObservedHttp2.Started().Client(Frame(1, 0, 1, 0x82));
        for (var i = 0; i < 8; i++)
            h2.Client(Frame(9, 0, 1));
        Assert.Equal("", h2.Said);
        Assert.Equal("refused too-many-continuations", h2.Client(Frame(9, 0, 1)).Said);
    }

    [Trait("fault", "P3")]
    [Fact]
    public void A_large_header_list_is_refused_in_one_frame_and_in_many()
    {
        var fields = Enumerable.Repeat(("x", new string('y', 1000)), 70).ToArray();
        var block = Block(fields);
        var many = ObservedHttp2.Started().Client(Frame(1, 0, 1, block[..16_000]));
        foreach (var piece in block[16_000..].Chunk(16_000))
            many.Client(Frame(9, 0, 1, piece));
        Assert.Equal("refused header-list-too-large", many.Said);
        var wide = ObservedHttp2.Started();
        wide.Server(Settings((5, 1 << 20)));
        Assert.Equal("refused header-list-too-large", wide.Client(Headers(1, 0, fields)).Said);
    }

    public static TheoryData<string, byte[], int> Floods => new()
    {
        { "too-many-resets", Reset(1), 1000 },
        { "too-many-settings", Settings(), 99 },
        { "too-many-pings", Ping(), 200 },
        { "too-many-pings", Ping(Ack), 200 },
        { "too-many-empty-frames", Data(1, 0), 200 },
        { "too-many-priorities", Frame(2, 0, 1, 0, 0, 0, 0, 1), 500 },
        { "too-many-window-updates", WindowUpdate(0), 2000 },
        { "too-many-other-frames", Frame(250, 0, 0), 500 },
        { "too-many-other-frames", Frame(7, 0, 0, new byte[8]), 500 },
    };

    [Trait("fault", "P4")]
    [Theory]
    [MemberData(nameof(Floods))]
    public void A_flood_is_refused_at_its_bound_from_either_side_and_in_either_mode(string error, byte[] frame, int bound)
    {
        foreach (var policy in new[] { FramingPolicy.Refuse, FramingPolicy.Transparent })
        {
            var client = ObservedHttp2.Started(policy);
            var server = ObservedHttp2.Started(policy);
            for (var i = 0; i < bound; i++)
            {
                client.Client(frame);
                server.Server(frame);
            }
            Assert.Equal("", client.Said + server.Said);
            // One more is free where the other side's own SETTINGS allowed for an acknowledgement.
            Assert.Equal("refused " + error, client.Client(frame, frame).Said);
            Assert.Equal("refused " + error, server.Server(frame, frame).Said);
        }
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public void The_same_frames_at_a_human_pace_never_end(string error, byte[] frame, int bound)
    {
        var h2 = ObservedHttp2.Started();
        for (var i = 0; i < bound * 3; i++)
        {
            h2.Now += 250;
            h2.Client(frame);
        }
        Assert.True(h2.Events.Count == 0, error);
    }

    [Trait("fault", "P1")]
    [Fact]
    public void Rapid_reset_is_refused_and_calls_that_finish_pay_for_cancelled_ones()
    {
        var attack = ObservedHttp2.Started();
        var cancelling = ObservedHttp2.Started();
        for (var i = 0; i < 3000; i++)
        {
            var id = 4 * i + 1;
            attack.Client(Get(id), Reset(id));
            cancelling.Client(Get(id), Reset(id), Get(id + 2)).Server(Headers(id + 2, EndStream, (":status", "200")));
        }
        Assert.EndsWith("refused too-many-resets", attack.Said);
        Assert.DoesNotContain("refused", cancelling.Said);
    }

    [Trait("fault", "P2")]
    [Fact]
    public void Resets_that_the_server_is_made_to_send_are_counted_as_well()
    {
        var h2 = ObservedHttp2.Started();
        for (var i = 0; i < 1001; i++)
            h2.Client(Get(2 * i + 1), WindowUpdate(2 * i + 1)).Server(Reset(2 * i + 1, 1));
        Assert.EndsWith("refused too-many-resets", h2.Said);
    }

    [Fact]
    public void Informational_responses_have_a_bound()
    {
        var hints = Headers(1, 0, (":status", "103"));
        var h2 = ObservedHttp2.Started().Client(Get(1));
        for (var i = 0; i < 32; i++)
            h2.Server(hints);
        Assert.DoesNotContain("refused", h2.Said);
        Assert.EndsWith("refused too-many-informational", h2.Server(hints).Said);
    }

    [Fact]
    public void Data_pays_for_the_pings_and_window_updates_it_causes()
    {
        var h2 = ObservedHttp2.Started().Client(Call(1)).Server(Headers(1, 0, (":status", "200")));
        for (var i = 0; i < 5000; i++)
            h2.Server(Data(1, 100)).Client(WindowUpdate(0), WindowUpdate(1), Ping()).Server(Ping(Ack));
        Assert.DoesNotContain("refused", h2.Said);
    }

    [Theory]
    [InlineData("TooManyResets", "EnhanceYourCalm")]
    [InlineData("HeaderListTooLarge", "EnhanceYourCalm")]
    [InlineData("FrameTooLarge", "FrameSizeError")]
    [InlineData("CompressionFailed", "CompressionError")]
    [InlineData("UnexpectedFrame", "ProtocolError")]
    public void Each_error_has_its_code(string error, string code) =>
        Assert.Equal(code, Enum.Parse<Http2Error>(error).Code().ToString());
}
