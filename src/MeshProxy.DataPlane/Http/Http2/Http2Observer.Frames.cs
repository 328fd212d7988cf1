using System.Buffers.Binary;
using MeshProxy.DataPlane.Http.Hpack;

namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>What each frame means to the observer.</summary>
internal sealed partial class Http2Observer
{
    private const int HeaderTableSizeSetting = 1;
    private const int MaxFrameSizeSetting = 5;
    private const int LargestMaxFrameSize = (1 << 24) - 1;

    // What honest work pays for, in frames of the other side.
    private const int WindowUpdatesPerData = 10;
    private const int WindowUpdatesPerStream = 2;
    private const int PrioritiesPerStream = 10;

    /// <returns>How many bytes pass; 0 where the frame is not whole yet or an error was found.</returns>
    private int TakeNext(Http2Direction from, Http2Direction to, ReadOnlySpan<byte> input, long now, ref Http2StepKind head)
    {
        if (!from.SawPreface)
        {
            _error = from.ReadPreface(input, out var preface);
            return preface;
        }
        if (input.Length < FrameHeader.Size)
            return 0;
        var frame = FrameHeader.Read(input);
        if (from.IsClient && frame.Type == FrameType.Headers && frame.StreamId > Math.Max(LastAllowedStream, LastStreamId))
        {
            RefusedStream = frame.StreamId;
            return 0;
        }
        _error = from.Check(frame);
        if (_cancelled is not null && _error == Http2Error.None && from.IsClient && _cancelled.Contains(frame.StreamId))
        {
            _error = Discard(from, frame, now);
            return 0;
        }
        var isOpaque = Http2Direction.IsOpaque(frame.Type);
        var seen = isOpaque ? 0 : frame.Length;
        if (_error != Http2Error.None || input.Length < FrameHeader.Size + seen)
            return 0;
        _error = isOpaque
            ? TakeOpaque(from, to, frame, now)
            : TakeWhole(from, to, frame, input.Slice(FrameHeader.Size, seen), now, ref head);
        return _error == Http2Error.None ? FrameHeader.Size + seen : 0;
    }

    private Http2Error TakeOpaque(Http2Direction from, Http2Direction to, FrameHeader frame, long now)
    {
        if (frame.Type != FrameType.Data)
        {
            from.BeginOpaque(frame.Length);
            return Spend(from, FloodKind.Other, now, Http2Error.TooManyOtherFrames);
        }
        if (frame.Length == 0 && !frame.EndsStream && !from.Budget.TrySpend(FloodKind.EmptyFrames, limits, now))
            return Http2Error.TooManyEmptyFrames;
        to.Budget.Earn(FloodKind.Pings, 1);
        to.Budget.Earn(FloodKind.WindowUpdates, WindowUpdatesPerData);
        Count(from, frame);
        from.BeginOpaque(frame.Length);
        from.EndsStreamAfterPayload = frame.EndsStream ? frame.StreamId : 0;
        return Http2Error.None;
    }

    /// <summary>
    /// The server may take a frame on a stream that it was told is over for an error of the connection (RFC 9113 §5.1). Header blocks
    /// cannot be left out, for the compression depends on them.
    /// </summary>
    private Http2Error Discard(Http2Direction from, FrameHeader frame, long now)
    {
        if (frame.Type is FrameType.Headers or FrameType.Continuation)
            return Http2Error.HeadersOnEndedStream;
        if (frame.Type != FrameType.Data || frame.Length == 0)
            _error = Spend(from, FloodKind.Other, now, Http2Error.TooManyOtherFrames);
        else
            OwedWindow += frame.Length;
        if (frame.Type == FrameType.Data && frame.EndsStream)
            EndSide(from, frame.StreamId);
        from.DropAhead = _error == Http2Error.None ? FrameHeader.Size + frame.Length : 0;
        return _error;
    }

    private Http2Error TakeWhole(
        Http2Direction from, Http2Direction to, FrameHeader frame, ReadOnlySpan<byte> payload, long now, ref Http2StepKind head)
    {
        switch (frame.Type)
        {
            case FrameType.Headers:
            case FrameType.PushPromise:
                return BeginBlock(from, frame, payload, ref head);
            case FrameType.Continuation:
                return ContinueBlock(from, frame, payload, ref head);
            case FrameType.RstStream:
                return TakeReset(from, frame, payload, now);
            case FrameType.Settings when frame.IsAck && IsOwnAck(from):
                Tell(Http2StepKind.OwnFrameAnswered, 0, ref head);
                return Http2Error.None;
            case FrameType.Settings:
                from.HasBegun = true;
                to.OwedAcks += frame.IsAck ? 0 : 1;
                to.Budget.Earn(FloodKind.Settings, frame.IsAck ? 0 : 1);
                return Spend(from, FloodKind.Settings, now, Http2Error.TooManySettings) is not Http2Error.None and var flood
                    ? flood
                    : TakeSettings(to, payload);
            case FrameType.Ping when IsOwnAnswer(from, frame, payload):
                OwnPing = 0;
                Tell(Http2StepKind.OwnFrameAnswered, 0, ref head);
                return Http2Error.None;
            case FrameType.Ping:
                to.Budget.Earn(FloodKind.Pings, frame.IsAck ? 0 : 1);
                return Spend(from, FloodKind.Pings, now, Http2Error.TooManyPings);
            case FrameType.WindowUpdate:
                return Spend(from, FloodKind.WindowUpdates, now, Http2Error.TooManyWindowUpdates);
            case FrameType.Priority:
                return Spend(from, FloodKind.Priorities, now, Http2Error.TooManyPriorities);
            default:
                from.GoAway(BinaryPrimitives.ReadInt32BigEndian(payload));
                return Spend(from, FloodKind.Other, now, Http2Error.TooManyOtherFrames);
        }
    }

    private Http2Error BeginBlock(Http2Direction from, FrameHeader frame, ReadOnlySpan<byte> payload, ref Http2StepKind head)
    {
        var isPush = frame.Type == FrameType.PushPromise;
        if (isPush && from.IsClient)
            return Http2Error.UnexpectedFrame;
        if (!FrameRules.TryGetFragment(frame, payload, out var fragment))
            return Http2Error.BadPadding;
        from.Block.Begin(isPush ? HeaderBlockKind.Push : HeaderBlockKind.Headers, frame.StreamId, !isPush && frame.EndsStream);
        from.Block.WireBytes = FrameHeader.Size + frame.Length;
        return frame.EndsHeaders ? EndBlock(from, fragment, ref head) : from.Block.Append(fragment, limits);
    }

    private Http2Error ContinueBlock(Http2Direction from, FrameHeader frame, ReadOnlySpan<byte> fragment, ref Http2StepKind head)
    {
        from.Block.WireBytes += FrameHeader.Size + frame.Length;
        var error = from.Block.Append(fragment, limits);
        return error == Http2Error.None && frame.EndsHeaders ? EndBlock(from, from.Block.Joined, ref head) : error;
    }

    /// <summary>Every block is decoded, whatever it belongs to: the compression of the direction depends on all of them.</summary>
    private Http2Error EndBlock(Http2Direction from, ReadOnlySpan<byte> block, ref Http2StepKind head)
    {
        var error = Http2Errors.From(from.Decoder.Decode(block, fields));
        var ended = from.Block;
        from.Block.End();
        if (error != Http2Error.None || ended.Kind == HeaderBlockKind.Push)
            return error;
        error = from.IsClient ? TakeRequestBlock(in ended, ref head) : TakeResponseBlock(in ended, ref head);
        if (error == Http2Error.None && ended.EndsStream)
            EndSide(from, ended.StreamId);
        return error;
    }

    private Http2Error TakeRequestBlock(in HeaderBlock block, ref Http2StepKind head)
    {
        var id = block.StreamId;
        var slot = _streams.Find(id);
        if (slot >= 0)
            _streams[slot].RequestBytes += block.WireBytes;
        // Trailers, or a stream that has ended already.
        if (slot >= 0 || id <= LastStreamId)
            return Http2Error.None;
        if (id % 2 == 0)
            return Http2Error.BadStreamId;
        LastStreamId = id;
        _client.Budget.Earn(FloodKind.Priorities, PrioritiesPerStream);
        _client.Budget.Earn(FloodKind.WindowUpdates, WindowUpdatesPerStream);
        _server.Budget.Earn(FloodKind.WindowUpdates, WindowUpdatesPerStream);
        slot = _streams.Add(id);
        if (slot < 0)
        {
            UnobservedStreams++;
            return Http2Error.None;
        }
        ref var stream = ref _streams[slot];
        stream.Method = fields.Method;
        stream.IsGrpc = fields.IsGrpc;
        stream.RequestBytes = block.WireBytes;
        Tell(Http2StepKind.RequestHead, id, ref head);
        return Http2Error.None;
    }

    private Http2Error TakeResponseBlock(in HeaderBlock block, ref Http2StepKind head)
    {
        var slot = _streams.Find(block.StreamId);
        if (slot < 0)
            return Http2Error.None;
        ref var stream = ref _streams[slot];
        stream.ResponseBytes += block.WireBytes;
        if (stream.Status == 0 && fields.Status is >= 100 and < 200)
        {
            stream.InformationalResponses++;
            return stream.InformationalResponses > limits.InformationalResponses ? Http2Error.TooManyInformational : Http2Error.None;
        }
        if (fields.GrpcStatus >= 0)
            stream.GrpcStatus = (short)fields.GrpcStatus;
        if (stream.Status != 0)
            return Http2Error.None;
        stream.Status = fields.Status;
        stream.IsGrpc |= fields.IsGrpc;
        Tell(Http2StepKind.ResponseHead, block.StreamId, ref head);
        return Http2Error.None;
    }

    /// <summary>
    /// A reset costs the one who sent it, unless the server has answered in full and merely declines the rest of the request, which it
    /// tells with NO_ERROR (RFC 9113 §8.1).
    /// </summary>
    private Http2Error TakeReset(Http2Direction from, FrameHeader frame, ReadOnlySpan<byte> payload, long now)
    {
        var code = BinaryPrimitives.ReadUInt32BigEndian(payload);
        var slot = _streams.Find(frame.StreamId);
        var isAnswered = slot >= 0 && !from.IsClient && code == (uint)Http2ErrorCode.NoError && _streams[slot].ServerEnded;
        if (!isAnswered && !from.Budget.TrySpend(FloodKind.Resets, limits, now))
            return Http2Error.TooManyResets;
        if (slot < 0)
            return Http2Error.None;
        Count(from, frame);
        _streams[slot].ErrorCode = code;
        Finish(slot, isAnswered ? Http2StreamEnd.Completed : from.IsClient ? Http2StreamEnd.ResetByClient : Http2StreamEnd.ResetByServer);
        return Http2Error.None;
    }

    private bool IsOwnAnswer(Http2Direction from, FrameHeader frame, ReadOnlySpan<byte> payload) =>
        OwnPing != 0 && from.IsClient && frame.IsAck && BinaryPrimitives.ReadUInt64BigEndian(payload) == OwnPing;

    private static bool IsOwnAck(Http2Direction from)
    {
        if (from.OwnAck > 0 && --from.OwnAck == 0)
            return true;
        from.OwedAcks = Math.Max(0, from.OwedAcks - 1);
        return false;
    }

    /// <summary>What one side announces binds what the other may send.</summary>
    private static Http2Error TakeSettings(Http2Direction to, ReadOnlySpan<byte> payload)
    {
        const int SettingLength = 6;
        for (; payload.Length > 0; payload = payload[SettingLength..])
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case HeaderTableSizeSetting:
                    to.Decoder.AllowTableSize(value);
                    break;
                case MaxFrameSizeSetting when value is < FrameHeader.DefaultMaxLength or > LargestMaxFrameSize:
                    return Http2Error.BadSettings;
                case MaxFrameSizeSetting:
                    to.AllowFrameLength((int)value);
                    break;
            }
        }
        return Http2Error.None;
    }

    private Http2Error Spend(Http2Direction from, FloodKind kind, long now, Http2Error error) =>
        from.Budget.TrySpend(kind, limits, now) ? Http2Error.None : error;

    private void Count(Http2Direction from, FrameHeader frame)
    {
        var slot = _streams.Find(frame.StreamId);
        if (slot < 0)
            return;
        if (from.IsClient)
            _streams[slot].RequestBytes += FrameHeader.Size + frame.Length;
        else
            _streams[slot].ResponseBytes += FrameHeader.Size + frame.Length;
    }

    private void Tell(Http2StepKind kind, int id, ref Http2StepKind head)
    {
        head = kind;
        _headOf = id;
    }

    private void EndSide(Http2Direction from, int id)
    {
        var slot = _streams.Find(id);
        if (slot < 0)
            return;
        ref var stream = ref _streams[slot];
        stream.ClientEnded |= from.IsClient;
        stream.ServerEnded |= !from.IsClient;
        if (stream.ClientEnded && stream.ServerEnded)
            Finish(slot, Http2StreamEnd.Completed);
    }

    private void Finish(int slot, Http2StreamEnd end)
    {
        _streams[slot].End = end;
        Finished = _streams[slot];
        _streams.Remove(slot);
        _hasEnded = true;
        if (end != Http2StreamEnd.Completed)
            return;
        _client.Budget.Earn(FloodKind.Resets, 1);
        _server.Budget.Earn(FloodKind.Resets, 1);
    }
}
