using MeshProxy.DataPlane.Http;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>What one loop has seen of HTTP in one direction.</summary>
internal sealed class HttpCounters
{
    /// <summary>Seconds: a cache next door, an ordinary service, a slow report, a long poll.</summary>
    public static readonly double[] DurationBounds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    public static readonly RequestMethod[] Methods = Enum.GetValues<RequestMethod>();

    private readonly long[] _requests = new long[Methods.Length * StatusLabels.All.Length];
    private readonly long[] _grpc = new long[GrpcStatuses];
    private long _inFlight;
    private long _transparent;
    private long _timedOut;

    /// <summary>0 to 16 are gRPC's own codes; 17 is any other, or none before the stream ended.</summary>
    public const int GrpcStatuses = 18;

    public Histogram DurationSeconds { get; } = new(DurationBounds);

    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Connections whose framing was ambiguous and that are relayed unobserved, because the settings ask for it.</summary>
    public long TransparentTotal => Volatile.Read(ref _transparent);

    /// <summary>HTTP/2 streams ended because their time was over, while their connection went on.</summary>
    public long StreamsTimedOutTotal => Volatile.Read(ref _timedOut);

    public long RequestsTotal(RequestMethod method, int statusIndex) => Volatile.Read(ref _requests[Index(method, statusIndex)]);

    public void Began() => _inFlight++;

    public void Ended(RequestMethod method, int status, double seconds)
    {
        _inFlight--;
        _requests[Index(method, StatusLabels.IndexOf(status))]++;
        DurationSeconds.Observe(seconds);
    }

    /// <summary>A request that never began for the upstream: refused, or answered before anyone was dialled.</summary>
    public void Refused(RequestMethod method, int status) => _requests[Index(method, StatusLabels.IndexOf(status))]++;

    /// <summary>All requests ended, and those with a status of 500 or more.</summary>
    public (long Requests, long Failed) Totals()
    {
        long requests = 0, failed = 0;
        for (var i = 0; i < _requests.Length; i++)
        {
            var count = Volatile.Read(ref _requests[i]);
            requests += count;
            if (StatusLabels.All[i % StatusLabels.All.Length][0] == '5')
                failed += count;
        }
        return (requests, failed);
    }

    public long GrpcTotal(int status) => Volatile.Read(ref _grpc[status]);

    /// <param name="status">As in grpc-status; -1 where there was none.</param>
    public void GrpcEnded(int status) => _grpc[status is >= 0 and < GrpcStatuses - 1 ? status : GrpcStatuses - 1]++;

    public void StreamTimedOut() => _timedOut++;

    public void GaveUp() => _transparent++;

    private static int Index(RequestMethod method, int statusIndex) => (int)method * StatusLabels.All.Length + statusIndex;
}
