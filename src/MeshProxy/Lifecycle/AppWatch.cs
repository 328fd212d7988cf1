using System.Diagnostics;
using MeshProxy.DataPlane;

namespace MeshProxy.Lifecycle;

/// <summary>
/// Finds out when the app is gone, by its sockets. A process that ends loses all of them at once, so for a server 40 ms without any are
/// enough. But an app that never listened, or has dialled out since it stopped listening, may do so again after a while without any socket:
/// it is gone after the quiet period. So is one of which no socket was ever seen, because nothing is known of it.
/// </summary>
internal sealed class AppWatch(AppSockets sockets, ProxyServer server, TimeSpan quietPeriod)
{
    private const double ShortestPause = 10;
    private const double LongestPause = 250;

    /// <summary>Looking may take this share of one core.</summary>
    private const double CpuShare = 0.05;

    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(40);

    /// <summary>Of one look, in milliseconds: the least of the last ones, because the rest is time in which others had the core.</summary>
    private double _cost = LongestPause;

    private bool _wasSeen;
    private bool _isServer = server.Metrics.OpenedOf(Direction.Inbound) > 0;
    private long _dialsWhenListening = server.Metrics.OpenedOf(Direction.Outbound);
    private long _dialsSeen = server.Metrics.OpenedOf(Direction.Outbound);

    /// <summary>Returns when the app is gone, or when <paramref name="cancelled"/> is.</summary>
    public async Task GoneAsync(CancellationToken cancelled)
    {
        var lastSeen = Stopwatch.GetTimestamp();
        while (!cancelled.IsCancellationRequested)
        {
            var looked = Stopwatch.GetTimestamp();
            if (IsHere())
                lastSeen = looked;
            else if (Stopwatch.GetElapsedTime(lastSeen, looked) >= Quiet)
                return;
            _cost = Math.Min(_cost * 1.1, Stopwatch.GetElapsedTime(looked).TotalMilliseconds);
            var pause = Math.Clamp(_cost / CpuShare, ShortestPause, LongestPause);
            await Task.Delay(TimeSpan.FromMilliseconds(pause), cancelled).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Quiet => _isServer && _wasSeen && Dials == _dialsWhenListening ? Settled : quietPeriod;

    private long Dials => server.Metrics.OpenedOf(Direction.Outbound);

    private bool IsHere()
    {
        var presence = sockets.Look();
        // A call may begin and end between two looks.
        var dials = Dials;
        var hasDialled = dials != _dialsSeen;
        _dialsSeen = dials;
        _wasSeen |= presence != AppPresence.None;
        if (presence == AppPresence.Listening)
            (_isServer, _dialsWhenListening) = (true, dials);
        // An app of our own user cannot be told from ourselves; its connections can.
        return presence != AppPresence.None || hasDialled || !_wasSeen && server.Metrics.OpenConnections > 0;
    }
}
