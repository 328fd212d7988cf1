using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>
/// The nearest of an HTTP connection's timeouts, found again after each step from what is under way. Milliseconds of the loop's clock.
/// Finding it costs a few comparisons; a timer is touched only where it comes nearer.
/// </summary>
internal struct HttpDeadlines(HttpDeadlineSettings settings, LoopClock clock)
{
    private long _headStarted;
    private CloseReason _reason;

    public long Current { get; private set; } = long.MaxValue;

    /// <summary>The first head of the connection began at this time, before anybody looked; 0 where it is not known.</summary>
    public void HeadBegan(long milliseconds) => _headStarted = milliseconds;

    /// <summary>A head is whole; if another has begun behind it, its time is its own.</summary>
    public void HeadPassed() => _headStarted = 0;

    /// <param name="partialHead">A request's head has begun and is not complete.</param>
    /// <param name="inFlight">Requests without their whole response.</param>
    /// <param name="oldestStarted">Clock ticks at which the oldest of them began; null where no request's time is limited.</param>
    public long Next(bool partialHead, int inFlight, long? oldestStarted) => Next(partialHead, inFlight, oldestStarted, clock.Milliseconds);

    /// <summary>As before, with another request the oldest.</summary>
    public long Again(int inFlight, long? oldestStarted) => Next(_headStarted != 0, inFlight, oldestStarted);

    /// <summary>As before, but silent since another moment.</summary>
    public long SilentSince(long movedAt, int inFlight, long? oldestStarted) => Next(_headStarted != 0, inFlight, oldestStarted, movedAt);

    /// <summary>Which timeout has run out, or null where the deadline has moved since its timer was set.</summary>
    public readonly CloseReason? Expired() => clock.Milliseconds >= Current ? _reason : null;

    private long Next(bool partialHead, int inFlight, long? oldestStarted, long movedAt)
    {
        var now = clock.Milliseconds;
        Current = long.MaxValue;
        if (!partialHead)
            _headStarted = 0;
        else if (settings.RequestHead > 0)
            Consider((_headStarted == 0 ? _headStarted = now : _headStarted) + settings.RequestHead, CloseReason.RequestHeadTimeout);
        if (inFlight > 0 && settings.Request > 0 && oldestStarted is { } started)
            Consider(now - (long)(clock.SecondsSince(started) * 1000) + settings.Request, CloseReason.RequestTimeout);
        if (inFlight > 0 && settings.StreamIdle > 0)
            Consider(movedAt + settings.StreamIdle, CloseReason.StreamIdleTimeout);
        if (inFlight == 0 && !partialHead && settings.KeepAlive > 0)
            Consider(movedAt + settings.KeepAlive, CloseReason.KeepAliveTimeout);
        return Current;
    }

    private void Consider(long deadline, CloseReason reason)
    {
        if (deadline >= Current)
            return;
        Current = deadline;
        _reason = reason;
    }
}
