using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Telemetry;

namespace MeshProxy.DataPlane.Routing;

/// <summary>
/// What routed requests of one direction have counted, from many threads. The HTTP families are those of observed requests, in counters of
/// their own that a lock guards (20 ns, three times per request), for a loop's counters have one writer.
/// </summary>
internal sealed class RoutingCounters(DirectionCounters shared)
{
    private readonly Lock _lock = new();
    private long _retries;
    private long _retriesDenied;
    private long _ejections;

    public long RetriesTotal => Volatile.Read(ref _retries);

    public long RetriesDeniedTotal => Volatile.Read(ref _retriesDenied);

    public long EjectionsTotal => Volatile.Read(ref _ejections);

    public void Retried() => Interlocked.Increment(ref _retries);

    public void RetryDenied() => Interlocked.Increment(ref _retriesDenied);

    public void Ejected() => Interlocked.Increment(ref _ejections);

    public void Began()
    {
        lock (_lock)
            shared.Http.Began();
    }

    public void Connected(double seconds)
    {
        lock (_lock)
            shared.Connected(seconds);
    }

    /// <summary>Answered before it could be read.</summary>
    public void Refused(int status)
    {
        lock (_lock)
            shared.Http.Refused(RequestMethod.Other, status);
    }

    /// <param name="grpcStatus">-1 where there was none; null where it was no gRPC.</param>
    public void Ended(RequestMethod method, int status, int? grpcStatus, double seconds)
    {
        lock (_lock)
        {
            shared.Http.Ended(method, status, seconds);
            if (grpcStatus is { } grpc)
                shared.Http.GrpcEnded(grpc);
        }
    }
}
