using System.Diagnostics;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Lifecycle;

/// <summary>
/// From the first request to the last connection. Classic: (1) lame duck, (2) inbound drained, (3) the app is gone, or the grace is nearly
/// over, (4) everything drained. Native, and where somebody has said that the app is gone: (4) alone.
/// </summary>
internal sealed class StopSequence(ProxyServer server, ShutdownSettings settings, StopRequest stop, SidecarEvents events)
{
    /// <summary>The default terminationGracePeriodSeconds.</summary>
    private static readonly TimeSpan ClassicGrace = TimeSpan.FromSeconds(30);

    /// <summary>Of the grace, for what is in flight when the app has used the rest.</summary>
    private static readonly TimeSpan LastPart = TimeSpan.FromSeconds(2);

    private readonly long _began = Stopwatch.GetTimestamp();

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    public async Task RunAsync()
    {
        if (settings.Mode == ShutdownMode.Native || stop.AppEnded.IsCompleted)
        {
            await server.StopAsync(LimitWithoutApp(), stop.Now);
            return;
        }
        var grace = settings.GracePeriod ?? ClassicGrace;
        var nearlyOver = grace > 2 * LastPart ? grace - LastPart : grace / 2;
        await OutliveAppAsync(Shorter(settings.LameDuck, grace / 3), nearlyOver);
        await server.StopAsync(Longer(grace - GraceBudget.Reserve - Elapsed, TimeSpan.Zero), stop.Now);
    }

    /// <summary>In mode native a call of the admin port tells nothing of the kubelet, who may have begun to count long before.</summary>
    private TimeSpan LimitWithoutApp() => settings.Mode == ShutdownMode.Native
        ? GraceBudget.Native(settings.GracePeriod, stop.SinceAnnounced)
        : GraceBudget.Unhurried(settings.GracePeriod);

    private async Task OutliveAppAsync(TimeSpan lameDuck, TimeSpan nearlyOver)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop.Now);
        using var sockets = AppSockets.OfThisPod();
        var watch = new AppWatch(sockets, server, settings.QuietPeriod);
        var watching = Task.Run(() => watch.GoneAsync(enough.Token), CancellationToken.None);
        var gone = Task.WhenAny(watching, stop.AppEnded);
        server.BeginLameDuck();
        if (!await EndsWithinAsync(gone, lameDuck))
        {
            server.DrainInbound(settings.TcpIdle);
            await EndsWithinAsync(gone, Longer(nearlyOver - Elapsed, TimeSpan.Zero));
        }
        if (gone.IsCompleted && !stop.Now.IsCancellationRequested)
            events.AppGone(Elapsed.TotalMilliseconds);
        else
            events.AppStillThere(Elapsed.TotalMilliseconds);
        await enough.CancelAsync();
        await watching;
    }

    private async Task<bool> EndsWithinAsync(Task gone, TimeSpan limit)
    {
        await gone.WaitAsync(limit, stop.Now).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return gone.IsCompleted || stop.Now.IsCancellationRequested;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
