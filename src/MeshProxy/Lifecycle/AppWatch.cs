using System.Diagnostics;
using MeshProxy.DataPlane;

namespace MeshProxy.Lifecycle;

/// <summary>
/// Finds out when the app is gone, by its sockets. A process that ends loses all of them at once, so 60 ms without any are enough; but an app
/// that has closed its listeners and still dials out now and then has moments without any, and gets the quiet period. So does one that had
/// no socket from the beginning, because nothing is known of it.
/// </summary>
internal sealed class AppWatch(AppSockets sockets, ProxyServer server, TimeSpan quietPeriod)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(60);

    /// <summary>Looking may take this share of one core.</summary>
    private const double CpuShare = 0.05;

    private bool _wasSeen;
    private long _dialsWhenListening = server.Metrics.OpenedOf(Direction.Outbound);

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
            var wait = Math.Max(Interval.TotalMilliseconds, Stopwatch.GetElapsedTime(looked).TotalMilliseconds / CpuShare);
            await Task.Delay(TimeSpan.FromMilliseconds(wait), cancelled).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Quiet => _wasSeen && Dials == _dialsWhenListening ? Settled : quietPeriod;

    private long Dials => server.Metrics.OpenedOf(Direction.Outbound);

    private bool IsHere()
    {
        var presence = sockets.Look();
        _wasSeen |= presence != AppPresence.None;
        if (presence == AppPresence.Listening)
            _dialsWhenListening = Dials;
        // An app of our own user cannot be told from ourselves; its connections can.
        return presence != AppPresence.None || !_wasSeen && server.Metrics.OpenConnections > 0;
    }
}
