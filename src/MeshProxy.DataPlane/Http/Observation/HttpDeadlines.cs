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

    /// <param name="partialHead">A request's head has begun and is not complete.</param>
    /// <param name="inFlight">Requests without their whole response.</param>
    /// <param name="oldestStarted">Clock ticks at which the oldest of them began; null where no request's time is limited.</param>
    public long Next(bool partialHead, int inFlight, long? oldestStarted)
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
            Consider(now + settings.StreamIdle, CloseReason.StreamIdleTimeout);
        if (inFlight == 0 && !partialHead && settings.KeepAlive > 0)
            Consider(now + settings.KeepAlive, CloseReason.KeepAliveTimeout);
        return Current;
    }

    /// <summary>As before, with another request the oldest.</summary>
    public long Again(int inFlight, long? oldestStarted) => Next(_headStarted != 0, inFlight, oldestStarted);

    /// <summary>Which timeout has run out, or null where the deadline has moved since its timer was set.</summary>
    public readonly CloseReason? Expired() => clock.Milliseconds >= Current ? _reason : null;

    private void Consider(long deadline, CloseReason reason)
    {
        if (deadline >= Current)
            return;
        Current = deadline;
        _reason = reason;
    }
}
