using MeshProxy.DataPlane.Detection;
using MeshProxy.DataPlane.Http.Hpack;

namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>What is known of the frames of one direction: where in them it stands, its compression, what it may still flood.</summary>
internal sealed class Http2Direction(bool isClient, Http2Limits limits)
{
    private bool _sawSettings;

    /// <summary>Left of a payload that nobody looks at.</summary>
    private long _opaqueLeft;

    public bool IsClient { get; } = isClient;

    public HpackDecoder Decoder { get; } = new(limits.HeaderListBytes, limits.HeaderTableBytes);

    public FloodBudget Budget;

    public HeaderBlock Block;

    /// <summary>The largest frame the other side ever allowed.</summary>
    public int MaxFrameLength { get; private set; } = FrameHeader.DefaultMaxLength;

    /// <summary>This side's bytes pass only to the end of a frame, so that frames of our own can be put behind it.</summary>
    public bool StopsAtFrame { get; set; }

    /// <summary>SETTINGS of the other side that this side has not acknowledged; it does so in their order (RFC 9113 §6.5.3).</summary>
    public int OwedAcks { get; set; }

    /// <summary>Which of this side's next acknowledgements is for SETTINGS of ours, and goes no further: 1 is the next, 0 none.</summary>
    public int OwnAck { get; set; }

    /// <summary>Left of a frame that does not pass.</summary>
    public long DropAhead { get; set; }

    /// <summary>Of the frame that is passing unseen and ends its stream; 0 for none.</summary>
    public int EndsStreamAfterPayload { get; set; }

    public bool SawPreface { get; private set; } = !isClient;

    public bool SaidGoAway { get; private set; }

    /// <summary>The highest stream of the other side that may be worked on, by the least GOAWAY there was.</summary>
    public int LastServedStream { get; private set; } = int.MaxValue;

    /// <summary>Its first SETTINGS have passed; nothing may stand before them (RFC 9113 §3.4).</summary>
    public bool HasBegun { get; set; }

    public long OpaqueAhead => _opaqueLeft;

    /// <summary>Frames of our own may be put in here: no frame and no header block is under way.</summary>
    public bool IsAtFrameBoundary => _opaqueLeft == 0 && !Block.IsOpen && SawPreface;

    /// <summary>Frames of our own may be put in here, on a connection that this side has opened as it must.</summary>
    public bool CanBeSpokenFor => IsAtFrameBoundary && HasBegun;

    public void GoAway(int lastStream)
    {
        SaidGoAway = true;
        LastServedStream = Math.Min(LastServedStream, lastStream & int.MaxValue);
    }

    public void AllowFrameLength(int length) => MaxFrameLength = Math.Max(MaxFrameLength, length);

    public void BeginOpaque(int length) => _opaqueLeft = length;

    public void PassOpaque(long count) => _opaqueLeft -= count;

    /// <summary>The client's preface; 0 bytes where it is not whole.</summary>
    public Http2Error ReadPreface(ReadOnlySpan<byte> input, out int length)
    {
        length = 0;
        switch (Http2Preface.Match(input))
        {
            case DetectionResult.Http2:
                SawPreface = true;
                length = Http2Preface.Bytes.Length;
                return Http2Error.None;
            case DetectionResult.NeedMore:
                return Http2Error.None;
            default:
                return Http2Error.BadPreface;
        }
    }

    /// <summary>Whether this frame may come here, by its header alone.</summary>
    public Http2Error Check(FrameHeader frame)
    {
        // Both sides begin with SETTINGS (RFC 9113 §3.4).
        if (!_sawSettings && (frame.Type != FrameType.Settings || frame.IsAck || frame.Length > FrameHeader.DefaultMaxLength))
            return IsClient ? Http2Error.UnexpectedFrame : Http2Error.ServerIsNotHttp2;
        _sawSettings = true;
        if (Block.IsOpen != (frame.Type == FrameType.Continuation) || Block.IsOpen && frame.StreamId != Block.StreamId)
            return Http2Error.UnexpectedFrame;
        if (frame.Length > MaxFrameLength)
            return Http2Error.FrameTooLarge;
        return IsOpaque(frame.Type) || frame.Length <= limits.HeaderBlockBytes ? FrameRules.Check(frame) : Http2Error.HeaderListTooLarge;
    }

    /// <summary>The payload need not be looked at: DATA, and frames of extensions.</summary>
    public static bool IsOpaque(FrameType type) => type is FrameType.Data or > FrameType.Continuation;
}
