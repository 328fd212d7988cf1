namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>Sizes and streams that each frame type allows (RFC 9113 §6).</summary>
internal static class FrameRules
{
    public static Http2Error Check(FrameHeader frame)
    {
        if (!IsSizeAllowed(frame))
            return Http2Error.BadFrameSize;
        return frame.Type switch
        {
            FrameType.Settings or FrameType.Ping or FrameType.GoAway => frame.StreamId == 0,
            FrameType.WindowUpdate or > FrameType.Continuation => true,
            _ => frame.StreamId != 0,
        }
            ? Http2Error.None
            : Http2Error.BadStreamId;
    }

    /// <summary>Takes padding and priority off HEADERS or PUSH_PROMISE.</summary>
    public static bool TryGetFragment(FrameHeader frame, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> fragment)
    {
        const int PriorityLength = 5;
        const int PromisedIdLength = 4;
        fragment = default;
        var padding = 0;
        if (frame.IsPadded)
        {
            if (payload.IsEmpty)
                return false;
            padding = payload[0];
            payload = payload[1..];
        }
        var skipped = frame.Type == FrameType.PushPromise ? PromisedIdLength : frame.HasPriority ? PriorityLength : 0;
        if (skipped + padding > payload.Length)
            return false;
        fragment = payload[skipped..^padding];
        return true;
    }

    private static bool IsSizeAllowed(FrameHeader frame) => frame.Type switch
    {
        FrameType.Priority => frame.Length == 5,
        FrameType.RstStream or FrameType.WindowUpdate => frame.Length == 4,
        FrameType.Ping => frame.Length == 8,
        FrameType.GoAway => frame.Length >= 8,
        FrameType.Settings => frame.IsAck ? frame.Length == 0 : frame.Length % 6 == 0,
        _ => true,
    };
}
