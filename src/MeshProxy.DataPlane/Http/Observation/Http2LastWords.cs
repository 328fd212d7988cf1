using MeshProxy.DataPlane.Http.Http2;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>
/// What an HTTP/2 client is told when its upstream is gone and has left streams without an answer: an answer of our own to each of them, a
/// reset to those that had begun one, GOAWAY.
/// </summary>
/// <remarks>
/// Policy. (1) Only between two frames of the server: where the client has a part of one, or of a header block, any frame of ours would be
/// read as its rest, and a reset of the connection is all that can be said. (2) Only where a stream has no answer; else the upstream's end
/// goes on as it came, for a stream without END_STREAM tells by itself that it was cut off. (3) Not to streams above the server's GOAWAY:
/// their client repeats them elsewhere. (4) A gRPC call that had begun its answer ends with the connection, which its client takes for
/// UNAVAILABLE; of a reset it would make INTERNAL. Unlike an HTTP/1 client, one of HTTP/2 repeats nothing without GOAWAY or REFUSED_STREAM,
/// so nothing is taken from it by an answer.
/// </remarks>
internal static class Http2LastWords
{
    /// <summary>Whether there is a stream to answer, and the answer can stand here.</summary>
    public static bool AreDue(Http2Observer observer)
    {
        if (observer.IsOpaque || !observer.IsServerAtFrameBoundary)
            return false;
        foreach (ref readonly var stream in observer.OpenStreams)
        {
            if (IsUnanswered(in stream, observer))
                return true;
        }
        return false;
    }

    /// <summary>The streams answered are marked so, with their status.</summary>
    /// <param name="cause">Phase, target and cause.</param>
    public static byte[] Write(Http2Observer observer, int status, string cause)
    {
        var words = new List<byte>();
        Span<byte> buffer = stackalloc byte[Http2ErrorResponse.MaxLength];
        if (!observer.HasServerBegun)
            words.AddRange(buffer[..Http2Frames.WriteSettings(buffer)]);
        // No block of the server follows, so ours may empty the client's table whatever is in it.
        var isFirst = true;
        foreach (ref var stream in observer.OpenStreams)
        {
            if (IsUnanswered(in stream, observer))
            {
                words.AddRange(buffer[..Http2ErrorResponse.Write(buffer, stream.Id, status, stream.IsGrpc, isFirst, cause)]);
                stream.AnswerByProxy(status);
                isFirst = false;
            }
            else if (stream is { Id: not 0, ServerEnded: false, IsGrpc: false } && stream.Id <= observer.LastServedStream)
                words.AddRange(buffer[..Http2Frames.WriteReset(buffer, stream.Id, Http2ErrorCode.InternalError)]);
        }
        words.AddRange(buffer[..Http2Frames.WriteGoAway(buffer, observer.LastServedStream, Http2ErrorCode.NoError, cause)]);
        return [.. words];
    }

    private static bool IsUnanswered(in Http2Stream stream, Http2Observer observer) =>
        stream is { Id: not 0, Status: 0 } && stream.Id <= observer.LastServedStream;
}
