using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Settings;
using static MeshProxy.Tests.Http.Http2.Frames;

namespace MeshProxy.Tests.Http.Http2;

/// <summary>The life of streams, as the observer tells it.</summary>
public sealed class StreamTests
{
    private static readonly (string, string) Ok = (":status", "200");

    [Fact]
    public void A_request_and_its_answer_are_one_stream()
    {
        var h2 = ObservedHttp2.Started().Client(Get(1)).Server(Headers(1, 0, Ok), Data(1, 100, EndStream));
        Assert.Equal("1 GET /a | 1 200 | 1 Completed", h2.Said);
        Assert.Equal(Get(1).Length, h2.Observer.Finished.RequestBytes);
        Assert.Equal(Headers(1, 0, Ok).Length + 109, h2.Observer.Finished.ResponseBytes);
        Assert.Equal(200, h2.Observer.Finished.Status);
        Assert.Equal(0, h2.Observer.InFlight);
    }

    [Fact]
    public void The_callers_clocks_stay_with_their_stream()
    {
        var h2 = ObservedHttp2.Started().Client(Get(1), Get(3));
        h2.Observer.Stream(1).StartedAt = 11;
        h2.Observer.Stream(3).StartedAt = 33;
        h2.Server(Headers(3, EndStream, Ok));
        Assert.Equal(33, h2.Observer.Finished.StartedAt);
        h2.Server(Headers(1, EndStream, Ok));
        Assert.Equal(11, h2.Observer.Finished.StartedAt);
    }

    [Fact]
    public void A_grpc_call_ends_with_the_status_of_its_trailers()
    {
        var h2 = ObservedHttp2.Started()
            .Client(Call(1), Data(1, 20, EndStream))
            .Server(
                Headers(1, 0, Ok, ("content-type", "application/grpc")), Data(1, 0), Data(1, 5),
                Headers(1, EndStream, ("grpc-status", "5")));
        Assert.Equal("1 POST /p.S/M | 1 200 | 1 Completed grpc 5", h2.Said);
    }

    [Trait("fault", "P9")]
    [Fact]
    public void Trailers_only_is_a_grpc_status_without_a_message()
    {
        var h2 = ObservedHttp2.Started().Client(Call(1), Data(1, 20, EndStream)).Server(Headers(1, EndStream, Ok, ("grpc-status", "14")));
        Assert.Equal("1 POST /p.S/M | 1 200 | 1 Completed grpc 14", h2.Said);
    }

    [Fact]
    public void A_bidirectional_stream_ends_when_both_sides_have()
    {
        var h2 = ObservedHttp2.Started().Client(Call(1), Data(1, 5)).Server(Headers(1, 0, Ok), Data(1, 5)).Client(Data(1, 5));
        h2.Server(Headers(1, EndStream, ("grpc-status", "0")));
        Assert.Equal(1, h2.Observer.InFlight);
        h2.Client(Data(1, 0, EndStream));
        Assert.EndsWith("1 Completed grpc 0", h2.Said);
    }

    [Trait("fault", "P7")]
    [Theory]
    [InlineData(true, "1 ResetByClient grpc -1")]
    [InlineData(false, "1 ResetByServer grpc -1")]
    public void A_reset_ends_its_stream_and_no_other(bool byClient, string end)
    {
        var h2 = ObservedHttp2.Started().Client(Call(1), Get(3));
        _ = byClient ? h2.Client(Reset(1, 8)) : h2.Server(Reset(1, 8));
        Assert.EndsWith(end, h2.Said);
        Assert.Equal(8u, h2.Observer.Finished.ErrorCode);
        h2.Server(Headers(3, EndStream, Ok));
        Assert.EndsWith("3 Completed", h2.Said);
    }

    [Fact]
    public void A_server_that_has_answered_may_decline_the_rest_of_the_request()
    {
        var h2 = ObservedHttp2.Started().Client(Call(1)).Server(Headers(1, EndStream, Ok), Reset(1, 0));
        Assert.EndsWith("1 Completed grpc -1", h2.Said);
    }

    [Fact]
    public void Informational_responses_are_not_the_answer()
    {
        var h2 = ObservedHttp2.Started().Client(Get(1))
            .Server(Headers(1, 0, (":status", "103")), Headers(1, 0, (":status", "100")), Headers(1, EndStream, Ok));
        Assert.Equal("1 GET /a | 1 200 | 1 Completed", h2.Said);
        Assert.Equal(2, h2.Observer.Finished.InformationalResponses);
    }

    [Fact]
    public void Trailers_of_a_request_open_nothing()
    {
        var h2 = ObservedHttp2.Started().Client(Call(1), Headers(1, EndStream, ("x", "y"))).Server(Headers(1, EndStream, Ok));
        Assert.Equal("1 POST /p.S/M | 1 200 | 1 Completed grpc -1", h2.Said);
    }

    [Fact]
    public void A_block_in_pieces_is_read_as_one_and_interleaves_with_the_other_direction()
    {
        var block = Block((":method", "PUT"), (":path", "/long"), ("x", new string('x', 300)));
        var h2 = ObservedHttp2.Started().Client(Get(1)).Client(
            Frame(1, Priority | Padded, 3, [2, 0, 0, 0, 0, 9, .. block[..10], 0, 0]),
            Frame(9, 0, 3, block[10..20]));
        h2.Server(Headers(1, EndStream, Ok));
        h2.Client(Frame(9, EndHeaders, 3, block[20..]));
        Assert.Equal("1 GET /a | 1 200 | 1 Completed | 3 PUT /long", h2.Said);
        Assert.Equal(block.Length + 3 * 9 + 8, h2.Observer.Stream(3).RequestBytes);
    }

    [Fact]
    public void Pushed_blocks_keep_the_compression_in_step()
    {
        // The push adds :path /pushed to the table; the response after it refers to what the server added before.
        byte[] push = [0, 0, 0, 2, 0x44, 7, .. "/pushed"u8];
        var h2 = ObservedHttp2.Started().Client(Get(1)).Server(
            Frame(5, EndHeaders, 1, push),
            Frame(1, EndHeaders | EndStream, 1, [0x48, 3, .. "418"u8, 0xbf]));
        Assert.Equal("1 GET /a | 1 418 | 1 Completed", h2.Said);
    }

    [Fact]
    public void Extension_frames_pass()
    {
        byte[] altSvc = Frame(10, 0, 0, new byte[40]);
        var h2 = ObservedHttp2.Started().Client(Frame(16, 0, 0, new byte[9]), Get(1)).Server(altSvc, Headers(1, EndStream, Ok));
        Assert.EndsWith("1 Completed", h2.Said);
        Assert.Equal(altSvc, h2.PassedOfServer.Skip(9).Take(49));
    }

    [Fact]
    public void Content_may_be_spliced_past_the_observer()
    {
        var h2 = ObservedHttp2.Started().Client(Get(1)).Server(Headers(1, 0, Ok), Data(1, 16_000, EndStream)[..100]);
        Assert.Equal(16_000 - 91, h2.Observer.OpaqueServerBytes);
        Assert.False(h2.Observer.IsServerAtFrameBoundary);
        h2.Observer.PassServerBytes(16_000 - 91);
        h2.Server([[]]);
        Assert.True(h2.Observer.IsServerAtFrameBoundary);
        Assert.EndsWith("1 Completed", h2.Said);
        Assert.Equal(Headers(1, 0, Ok).Length + 16_009, h2.Observer.Finished.ResponseBytes);
    }

    [Fact]
    public void Streams_beyond_the_bound_are_relayed_and_counted()
    {
        var h2 = ObservedHttp2.Started(limits: Http2Limits.Default with { Streams = 2 }).Client(Get(1), Get(3), Get(5));
        Assert.Equal(2, h2.Observer.InFlight);
        Assert.Equal(1, h2.Observer.UnobservedStreams);
        h2.Server(Headers(5, EndStream, Ok), Headers(3, EndStream, Ok)).Client(Get(7));
        Assert.Equal("1 GET /a | 3 GET /a | 3 200 | 3 Completed | 7 GET /a", h2.Said);
        Assert.Equal(7, h2.Observer.LastStreamId);
    }

    [Fact]
    public void Streams_open_at_the_end_of_the_connection_can_be_taken()
    {
        var h2 = ObservedHttp2.Started().Client(Get(1), Get(3));
        var ids = new List<int>();
        while (h2.Observer.TryTakeOpenStream(out var stream))
            ids.Add(stream.Id);
        Assert.Equal([1, 3], ids.Order());
        Assert.Equal(0, h2.Observer.InFlight);
    }

    [Fact]
    public void The_table_of_streams_agrees_with_a_dictionary()
    {
        var random = new Random(8);
        var table = new StreamTable(512);
        var model = new HashSet<int>();
        for (var id = 1; id < 40_001; id += 2)
        {
            if (table.Add(id) >= 0)
                model.Add(id);
            while (model.Count > random.Next(512))
            {
                var gone = model.ElementAt(random.Next(Math.Min(model.Count, 5)));
                table.Remove(table.Find(gone));
                model.Remove(gone);
                Assert.Equal(-1, table.Find(gone));
            }
            Assert.Equal(model.Count, table.Count);
        }
        Assert.All(model, id => Assert.Equal(id, table[table.Find(id)].Id));
    }

    [Fact]
    public void A_server_that_does_not_speak_http2_is_relayed()
    {
        var answer = "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray();
        var h2 = new ObservedHttp2().Client(ClientStart, Get(1)).Server(answer);
        Assert.EndsWith("opaque server-is-not-http2", h2.Said);
        Assert.Equal(answer, h2.PassedOfServer);
        Assert.Equal(long.MaxValue, h2.Observer.OpaqueClientBytes);
    }

    [Fact]
    public void Observing_in_its_stride_allocates_nothing()
    {
        var observer = new Http2Observer(Http2Limits.Default, FramingPolicy.Refuse, new HeaderFields());
        Feed(observer, ClientStart, Settings());
        byte[] call = Call(1);
        byte[] data = Data(1, 20, EndStream);
        byte[] head = Headers(1, 0, Ok);
        byte[] trailers = Headers(1, EndStream, ("grpc-status", "0"));
        Exchange(observer, 1, 500, call, data, head, trailers);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var ended = Exchange(observer, 1001, 500, call, data, head, trailers);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(500, ended);
    }

    private static int Exchange(Http2Observer observer, int firstId, int count, byte[] call, byte[] data, byte[] head, byte[] trailers)
    {
        var ended = 0;
        for (var i = 0; i < count; i++)
        {
            foreach (var frame in (ReadOnlySpan<byte[]>)[call, data, head, trailers])
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), firstId + 2 * i);
            Feed(observer, call, head);
            ended += Feed(observer, data, trailers);
        }
        return ended;
    }

    private static int Feed(Http2Observer observer, byte[] client, byte[] server)
    {
        var ended = 0;
        for (ReadOnlySpan<byte> rest = client;
            observer.NextFromClient(rest, 0) is { Kind: not Http2StepKind.NeedMore } step;
            rest = rest[step.Bytes..])
        {
            ended += step.Kind == Http2StepKind.StreamEnd ? 1 : 0;
        }
        for (ReadOnlySpan<byte> rest = server;
            observer.NextFromServer(rest, 0) is { Kind: not Http2StepKind.NeedMore } step;
            rest = rest[step.Bytes..])
        {
            ended += step.Kind == Http2StepKind.StreamEnd ? 1 : 0;
        }
        return ended;
    }

    [Fact]
    public void End_that_a_step_left_untold_is_told_before_another_stream_ends()
    {
        var h2 = ObservedHttp2.Started().Client(Get(1), Headers(3, 0, (":method", "POST"), (":path", "/b")), Data(3, 100, EndStream)[..50]);
        h2.Server(Headers(3, EndStream, (":status", "200")));
        var head = Headers(1, EndStream, (":status", "200"));
        // As a relay that has words of its own to put in, and a client that does not take them: this direction is not asked again.
        Assert.Equal(Http2StepKind.ResponseHead, h2.Observer.NextFromServer(head, h2.Now).Kind);
        h2.Client(new byte[59]);
        Assert.EndsWith("3 200 | 1 Completed | 3 Completed", h2.Said);
        Assert.Equal(0, h2.Observer.InFlight);
    }

    [Fact]
    public void End_with_a_frame_that_is_dropped_is_told_before_the_rest_of_that_frame_has_come()
    {
        var h2 = ObservedHttp2.Started()
            .Client(Headers(1, 0, (":method", "POST"), (":path", "/a")), Get(3))
            .Server(Headers(1, EndStream, (":status", "200")));
        Assert.True(h2.Observer.TryCancel(1));
        h2.Client(Data(1, 100, EndStream)[..50]);
        Assert.EndsWith("1 200 | 1 Completed", h2.Said);
        h2.Server(Headers(3, EndStream, (":status", "200")));
        Assert.EndsWith("1 Completed | 3 200 | 3 Completed", h2.Said);
    }
}
