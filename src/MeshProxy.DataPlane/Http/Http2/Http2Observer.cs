using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>
/// Watches one HTTP/2 connection (prior knowledge) as its frames are relayed unchanged, one to one: follows streams and header compression,
/// and refuses floods. It has no socket, no buffer of the connection's bytes and no clock.
/// </summary>
/// <remarks>
/// Driven as <see cref="Http1Observer"/>: show what has not passed, take steps until <see cref="Http2StepKind.NeedMore"/> or a refusal,
/// send what passes, keep the rest (at most <see cref="Http2Limits.HeaderBlockBytes"/> and a frame header). DATA passes as it comes, and
/// may be spliced (<see cref="OpaqueClientBytes"/>); every other frame passes whole.
/// Policy. Flow control, stream states and header values are the peers' own business. What would put the observer out of step with them
/// ends the connection with GOAWAY, or the observation where framing is transparent; a flood always ends the connection.
/// Cost. 1.5 KiB per connection, 2 to 4 KiB with the header tables that peers use; nothing is allocated per request in the stride.
/// </remarks>
/// <param name="fields">What the last header block said. Shared by all connections of a loop: read it before the next step.</param>
internal sealed partial class Http2Observer(Http2Limits limits, FramingPolicy policy, HeaderFields fields)
{
    private readonly Http2Direction _client = new(isClient: true, limits);
    private readonly Http2Direction _server = new(isClient: false, limits);
    private readonly StreamTable _streams = new(limits.Streams);
    private CancelledStreams? _cancelled;
    private Http2Error _error;
    private bool _isOpaque;
    private bool _hasEnded;
    private int _headOf;

    /// <summary>Streams that are open and observed.</summary>
    public int InFlight => _streams.Count;

    /// <summary>Streams that were relayed without being followed, because too many were open.</summary>
    public long UnobservedStreams { get; private set; }

    /// <summary>The highest stream the client has opened: what GOAWAY names.</summary>
    public int LastStreamId { get; private set; }

    /// <summary>What ended with the last <see cref="Http2StepKind.StreamEnd"/>.</summary>
    public Http2Stream Finished { get; private set; }

    /// <summary>The server lets no more streams begin.</summary>
    public bool IsServerGoingAway => _server.SaidGoAway;

    /// <summary>The highest stream that the server has or may have worked on; no other is to be answered (RFC 9113 §6.8).</summary>
    public int LastServedStream => Math.Min(LastStreamId, _server.LastServedStream);

    /// <summary>The server's SETTINGS have passed.</summary>
    public bool HasServerBegun => _server.HasBegun;

    /// <summary>Observation gave up: nothing is known of what passes now.</summary>
    public bool IsOpaque => _isOpaque;

    /// <summary>The open streams, in no order; a free slot has the id 0.</summary>
    public Span<Http2Stream> OpenStreams => _streams.Slots;

    /// <summary>The server's bytes pass only to the end of a frame, so that frames of our own can be put behind it.</summary>
    public bool StopsAtServerFrame { get => _server.StopsAtFrame; set => _server.StopsAtFrame = value; }

    /// <summary>As <see cref="StopsAtServerFrame"/>, the client's.</summary>
    public bool StopsAtClientFrame { get => _client.StopsAtFrame; set => _client.StopsAtFrame = value; }

    /// <summary>As <see cref="IsServerAtFrameBoundary"/>, on a connection that the server has opened as its side must be.</summary>
    public bool CanSpeakToClient => _server.CanBeSpokenFor && !_isOpaque;

    /// <summary>As <see cref="CanSpeakToClient"/>, the other way.</summary>
    public bool CanSpeakToServer => _client.CanBeSpokenFor && !_isOpaque;

    /// <summary>Payload of a ping of ours that is on its way to the client; its answer does not go to the server. 0 is none.</summary>
    public ulong OwnPing { get; set; }

    /// <summary>The first block to the client must begin with the size of its table, which it has made smaller (RFC 7541 §4.2).</summary>
    public bool OwesTableSize => _server.Decoder.OwesTableSize;

    /// <summary>DATA of the client that did not pass, and so nobody gives it back to its window of the connection: bytes.</summary>
    public int OwedWindow { get; set; }

    /// <summary>The highest stream the client may open. One above it does not pass, nor anything behind it.</summary>
    public int LastAllowedStream { get; set; } = int.MaxValue;

    /// <summary>The stream that did not pass; 0 is none.</summary>
    public int RefusedStream { get; private set; }

    /// <summary>Frames of our own may be written to the client at this point of the server's frames.</summary>
    public bool IsServerAtFrameBoundary => _server.IsAtFrameBoundary;

    /// <summary>A header block of the client has begun and is to go on.</summary>
    public bool IsClientBlockOpen => _client.Block.IsOpen;

    /// <summary>So many of the client's next bytes pass unseen; <see cref="long.MaxValue"/> means all of them.</summary>
    public long OpaqueClientBytes => _isOpaque ? long.MaxValue : _client.OpaqueAhead;

    /// <summary>So many of the server's next bytes pass unseen; <see cref="long.MaxValue"/> means all of them.</summary>
    public long OpaqueServerBytes => _isOpaque ? long.MaxValue : _server.OpaqueAhead;

    /// <summary>An open stream, to set its clocks at a head. Only for the stream a step has just named.</summary>
    public ref Http2Stream Stream(int id) => ref _streams[_streams.Find(id)];

    /// <param name="now">Milliseconds, for the flood budgets.</param>
    public Http2Step NextFromClient(ReadOnlySpan<byte> input, long now) => Next(_client, _server, input, now);

    /// <param name="now">Milliseconds, for the flood budgets.</param>
    public Http2Step NextFromServer(ReadOnlySpan<byte> input, long now) => Next(_server, _client, input, now);

    /// <summary>
    /// The connection was HTTP/1 until its server agreed to switch: the request that asked for it is stream 1. It has told the client's
    /// settings too, in its head; what they allow at most is allowed.
    /// </summary>
    /// <param name="requestBytes">Of that request, as HTTP/1.</param>
    /// <param name="responseBytes">Of the answer that confirmed the switch.</param>
    public void BeginUpgraded(RequestMethod method, long requestBytes, long responseBytes)
    {
        LastStreamId = 1;
        ref var stream = ref _streams[_streams.Add(LastStreamId)];
        (stream.Method, stream.RequestBytes, stream.ResponseBytes, stream.ClientEnded) = (method, requestBytes, responseBytes, true);
        _server.Decoder.AllowTableSize((uint)limits.HeaderTableBytes);
        _server.AllowFrameLength(LargestMaxFrameSize);
    }

    /// <summary>The caller has let so many of <see cref="OpaqueClientBytes"/> pass.</summary>
    public void PassClientBytes(long count) => _client.PassOpaque(_isOpaque ? 0 : count);

    /// <summary>The caller has let so many of <see cref="OpaqueServerBytes"/> pass.</summary>
    public void PassServerBytes(long count) => _server.PassOpaque(_isOpaque ? 0 : count);

    /// <summary>
    /// SETTINGS of ours are put in at this point of the client's frames; the server's acknowledgement of them does not go to the client.
    /// </summary>
    public void ExpectOwnAck() => _server.OwnAck = _server.OwedAcks + 1;

    /// <summary>What the client sends on an open stream passes no more. False where it is not open.</summary>
    public bool TryCancel(int id)
    {
        if (_streams.Find(id) < 0)
            return false;
        (_cancelled ??= new CancelledStreams()).Add(id);
        return true;
    }

    /// <summary>Takes an open stream out of the observation; false where it has ended.</summary>
    public bool TryTake(int id, out Http2Stream stream)
    {
        var slot = _streams.Find(id);
        stream = slot < 0 ? default : _streams[slot];
        if (slot >= 0)
            _streams.Remove(slot);
        return slot >= 0;
    }

    /// <summary>When the connection has ended: one stream after the other that was open until then.</summary>
    public bool TryTakeOpenStream(out Http2Stream stream)
    {
        var slot = _streams.Any();
        stream = slot < 0 ? default : _streams[slot];
        if (slot >= 0)
            _streams.Remove(slot);
        return slot >= 0;
    }

    /// <summary>Gives back what was rented; the observer is not used again.</summary>
    public void Close()
    {
        _client.Block.End();
        _server.Block.End();
    }

    /// <summary>When the connection has ended: a stream that had ended before, of which no step has told.</summary>
    public bool TryTakeUntoldEnd(out Http2Stream stream)
    {
        stream = Finished;
        var isUntold = _hasEnded;
        _hasEnded = false;
        return isUntold;
    }

    private Http2Step Next(Http2Direction from, Http2Direction to, ReadOnlySpan<byte> input, long now)
    {
        // 1. The end of a stream that a step has left untold, of either side: there is room for one.
        if (_hasEnded)
            return TellEnd(0);
        if (_isOpaque || _error != Http2Error.None)
            return Refuse(input);
        if (from.DropAhead > 0)
            return Drop(from, input);
        var position = 0;
        while (true)
        {
            // 2. The rest of a payload that nobody looks at.
            position += PassPayload(from, input[position..]);
            if (_hasEnded)
                return TellEnd(position);
            if (position > 0 && from is { StopsAtFrame: true, CanBeSpokenFor: true })
                return new Http2Step(Http2StepKind.Pass, position);
            // 3. The next frame.
            var head = Http2StepKind.NeedMore;
            var length = from.OpaqueAhead > 0 ? 0 : TakeNext(from, to, input[position..], now, ref head);
            position += length;
            if (head != Http2StepKind.NeedMore)
                return new Http2Step(head, position, _headOf);
            if (length > 0)
                continue;
            // 4. What was sound passes first; a refusal comes with the next step.
            if (position > 0)
                return new Http2Step(Http2StepKind.Pass, position);
            if (from.DropAhead > 0)
                return Drop(from, input);
            return _error == Http2Error.None ? new Http2Step(Http2StepKind.NeedMore) : Refuse(input);
        }
    }

    private Http2Step TellEnd(int position)
    {
        _hasEnded = false;
        return new Http2Step(Http2StepKind.StreamEnd, position, Finished.Id);
    }

    private static Http2Step Drop(Http2Direction from, ReadOnlySpan<byte> input)
    {
        var length = (int)Math.Min(from.DropAhead, input.Length);
        from.DropAhead -= length;
        return new Http2Step(length > 0 ? Http2StepKind.Dropped : Http2StepKind.NeedMore, length);
    }

    private int PassPayload(Http2Direction from, ReadOnlySpan<byte> input)
    {
        var length = (int)Math.Min(from.OpaqueAhead, input.Length);
        from.PassOpaque(length);
        if (from.OpaqueAhead == 0 && from.EndsStreamAfterPayload is not 0 and var id)
        {
            from.EndsStreamAfterPayload = 0;
            EndSide(from, id);
        }
        return length;
    }

    private Http2Step Refuse(ReadOnlySpan<byte> input)
    {
        _isOpaque |= _error == Http2Error.ServerIsNotHttp2 || policy == FramingPolicy.Transparent && !_error.IsFlood();
        return _isOpaque
            ? new Http2Step(Http2StepKind.Opaque, input.Length, 0, _error)
            : new Http2Step(Http2StepKind.Refused, 0, 0, _error);
    }
}
