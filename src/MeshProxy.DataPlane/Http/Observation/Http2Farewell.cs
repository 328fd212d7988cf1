using MeshProxy.DataPlane.Drain;
using MeshProxy.DataPlane.Http.Http2;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>
/// What an HTTP/2 client is told while the proxy drains, each part at a boundary between the server's frames: (1) GOAWAY with the highest
/// stream there can be, so that it opens no more streams and loses none that is on its way, and a PING; (2) when that is answered, and so
/// everything it sent before has come, GOAWAY with the last stream there was (RFC 9113 §6.8); (3) REFUSED_STREAM, should it open one all
/// the same.
/// </summary>
/// <remarks>
/// A client that has opened no stream yet is told with its first: clients take a GOAWAY in the handshake for a server that failed.
/// A refused stream's header block cannot be dropped alone: the server's decompression would fall out of step. So nothing that the client
/// sends behind it passes, which harms only a client that has ignored two GOAWAYs.
/// </remarks>
internal sealed class Http2Farewell(Http2Observer observer, DirectionDrain drain)
{
    /// <summary>Nobody else's: "MeshPrxy".</summary>
    private const ulong Ping = 0x4D65736850727879;

    private Stage _stage;

    /// <summary>There is something to say, now or at the next boundary.</summary>
    public bool IsDue => _stage switch
    {
        Stage.Silent => drain.Advises && !observer.IsServerGoingAway && observer.LastStreamId > 0,
        Stage.Advised => observer.OwnPing == 0,
        Stage.Final => observer.RefusedStream != 0,
        _ => false,
    };

    /// <summary>Streams may still be on their way from before the client was told.</summary>
    public bool AwaitsAnswer => _stage == Stage.Advised && observer.OwnPing != 0;

    /// <summary>No stream will be opened any more.</summary>
    public bool IsComplete => _stage >= Stage.Final || drain.Advises && observer.IsServerGoingAway;

    /// <summary>The frames due, where they can stand at this point; else null.</summary>
    public byte[]? Next()
    {
        if (!IsDue || !observer.CanSpeakToClient)
            return null;
        switch (++_stage)
        {
            case Stage.Advised:
                observer.OwnPing = Ping;
                return [.. GoAway(int.MaxValue), .. OwnPing()];
            case Stage.Final:
                observer.LastAllowedStream = observer.LastStreamId;
                return GoAway(observer.LastStreamId);
            default:
                return Reset(observer.RefusedStream);
        }
    }

    private static byte[] GoAway(int lastStream) => ErrorAnswers.GoAway(lastStream, Http2ErrorCode.NoError, "shutting down");

    private static byte[] OwnPing()
    {
        var frame = new byte[Http2Frames.PingLength];
        Http2Frames.WritePing(frame, Ping);
        return frame;
    }

    private static byte[] Reset(int stream)
    {
        Span<byte> frame = stackalloc byte[32];
        return frame[..Http2Frames.WriteReset(frame, stream, Http2ErrorCode.RefusedStream)].ToArray();
    }

    private enum Stage : byte
    {
        Silent,
        Advised,
        Final,
        Refused,
    }
}
