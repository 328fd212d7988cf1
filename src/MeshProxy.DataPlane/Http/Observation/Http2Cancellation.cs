using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.Transport.Loops;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>
/// Ends single streams whose time (http.timeouts.request) is over, while their neighbours go on: (1) between two frames of the client, the
/// server is told CANCEL for each, and sent SETTINGS that change nothing; (2) it acknowledges them behind everything it had said of those
/// streams, so now, and not before, the client is told: 504, or a reset where an answer had begun.
/// </summary>
/// <remarks>
/// What the server says until then passes, for a header block left out would put its client's decompression out of step; an answer that is
/// complete by then stands. What the client says on such a stream passes no more, and its window of the connection gets back what nobody
/// else will give it. Its trailers cannot be left out, for the same reason as a header block, and end the connection.
/// A server that does not acknowledge SETTINGS is stuck, and its connection ends: that is done by a server's own code, never by the
/// application. PING would do as well, but gRPC servers take the third one within five minutes for an attack.
/// </remarks>
/// <param name="timeout">Milliseconds from the end of a request's head; greater than 0.</param>
internal sealed class Http2Cancellation(Http2Observer observer, LoopClock clock, long timeout)
{
    /// <summary>Since the server was last heard.</summary>
    private const int PatienceMilliseconds = 2000;

    /// <summary>For one that is heard all the time, whose answer may be behind much that a slow client has not read.</summary>
    private const int MostPatienceMilliseconds = 10_000;

    /// <summary>Between looks at whether words can be put in, where nothing else moves.</summary>
    private const int PollMilliseconds = 10;

    private readonly List<int> _late = [];
    private long _oldestStarted;
    private long _beganAt;
    private long _heardAt;
    private Stage _stage;

    public bool IsUnderWay => _stage != Stage.None;

    /// <summary>The server is to be told at the next boundary.</summary>
    public bool IsDue => _stage == Stage.Due;

    /// <summary>The server has had its time.</summary>
    public bool IsOverdue => clock.Milliseconds >= Bound;

    public long Deadline => IsDue ? Math.Min(clock.Milliseconds + PollMilliseconds, Bound) : Bound;

    /// <summary>
    /// Clock ticks before which no open stream began; null where there is none to time. The exact time is looked for when it matters.
    /// </summary>
    public long? OldestStarted => observer is { InFlight: > 0, IsOpaque: false } ? _oldestStarted : null;

    private long Bound => Math.Min(_heardAt + PatienceMilliseconds, _beganAt + MostPatienceMilliseconds);

    public void OnRequest()
    {
        if (observer.InFlight == 1)
            _oldestStarted = clock.Ticks;
    }

    public void OnServerHeard() => _heardAt = clock.Milliseconds;

    /// <summary>Looks for streams whose time is over; false where there is none yet.</summary>
    public bool TryBegin()
    {
        _late.Clear();
        _oldestStarted = long.MaxValue;
        foreach (ref readonly var stream in observer.OpenStreams)
        {
            if (stream.Id == 0)
                continue;
            if (IsLate(in stream))
                _late.Add(stream.Id);
            else
                _oldestStarted = Math.Min(_oldestStarted, stream.StartedAt);
        }
        if (_late.Count == 0)
            return false;
        _beganAt = _heardAt = clock.Milliseconds;
        _stage = Stage.Due;
        return true;
    }

    // 1. The server is told, where words can stand at this point; else null.
    public byte[]? Next()
    {
        if (!IsDue || !observer.CanSpeakToServer)
            return null;
        _late.RemoveAll(id => !observer.TryCancel(id));
        if (_late.Count == 0)
        {
            End();
            return null;
        }
        _stage = Stage.Told;
        observer.ExpectOwnAck();
        var words = new List<byte>();
        Span<byte> buffer = stackalloc byte[32];
        foreach (var id in _late)
            words.AddRange(buffer[..Http2Frames.WriteReset(buffer, id, Http2ErrorCode.Cancel)]);
        words.AddRange(buffer[..Http2Frames.WriteSettings(buffer)]);
        return [.. words];
    }

    // 2. The server has answered: what the client is told, and the streams that have ended with it.
    public byte[] Finish(string cause, List<Http2Stream> ended)
    {
        var words = new List<byte>();
        Span<byte> buffer = stackalloc byte[Http2ErrorResponse.MaxLength];
        foreach (var id in _late)
        {
            if (!observer.TryTake(id, out var stream))
                continue;
            if (stream.Status == 0)
            {
                var isFirst = observer.OwesTableSize && words.Count == 0;
                words.AddRange(buffer[..Http2ErrorResponse.Write(buffer, id, 504, stream.IsGrpc, isFirst, cause)]);
                stream.AnswerByProxy(504);
            }
            else
                stream.End = Http2StreamEnd.ResetByProxy;
            // Answered in full, the rest of the request is merely declined (RFC 9113 §8.1).
            var isAnswered = stream.ServerEnded || stream.End == Http2StreamEnd.AnsweredByProxy;
            if (!isAnswered || !stream.ClientEnded)
                words.AddRange(buffer[..Http2Frames.WriteReset(buffer, id, isAnswered ? Http2ErrorCode.NoError : Http2ErrorCode.Cancel)]);
            ended.Add(stream);
        }
        End();
        return [.. words];
    }

    private void End()
    {
        _stage = Stage.None;
        // Streams may have begun since.
        _oldestStarted = 0;
    }

    /// <summary>The loop's milliseconds and its ticks are rounded apart.</summary>
    private bool IsLate(in Http2Stream stream)
    {
        const int Rounding = 2;
        return clock.SecondsSince(stream.StartedAt) * 1000 + Rounding >= timeout;
    }

    private enum Stage : byte
    {
        None,
        Due,
        Told,
    }
}
