using MeshProxy.DataPlane.Connections;

namespace MeshProxy.DataPlane.Telemetry.Ends;

/// <summary>
/// The last abnormal ends of one loop, for people who look. Written by the loop, which publishes each whole; read from any thread. One
/// object per abnormal end, as its log line costs too, and none per clean one.
/// </summary>
internal sealed class RecentEnds
{
    public const int Capacity = 64;

    private readonly EndRecord?[] _ring = new EndRecord?[Capacity];
    private int _next;

    /// <param name="at">Milliseconds of the loop's clock.</param>
    public void Add(in ConnectionEnd end, long at)
    {
        if (!IsWorthTelling(end))
            return;
        Volatile.Write(ref _ring[_next], new EndRecord(end, at));
        _next = (_next + 1) % Capacity;
    }

    /// <summary>In no order.</summary>
    public void AddTo(List<EndRecord> ends)
    {
        for (var i = 0; i < Capacity; i++)
        {
            if (Volatile.Read(ref _ring[i]) is { } end)
                ends.Add(end);
        }
    }

    /// <summary>A client that connects and leaves without a word is a probe or a scan: it must not push out what matters.</summary>
    public static bool IsWorthTelling(in ConnectionEnd end) =>
        EndWords.IsAbnormal(end.Reason)
        && !(end.Reason == Transport.Sockets.CloseReason.DownstreamReset && end.BytesSent + end.BytesReceived == 0);
}
