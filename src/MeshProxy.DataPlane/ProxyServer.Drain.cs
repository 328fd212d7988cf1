using MeshProxy.DataPlane.Connections;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.DataPlane;

/// <summary>
/// The end of the data plane's life, in steps of which each may be left out: (1) lame duck, (2) inbound drained while the app still dials
/// out, (3) everything drained, because the app is gone, (4) the rest reset, (5) loops stopped.
/// </summary>
public sealed partial class ProxyServer
{
    /// <summary>What is silent for so long when the app is gone waits for nobody.</summary>
    private const int TcpIdleWithoutAppMilliseconds = 250;

    private bool _stopping;

    /// <summary>
    /// Not ready any more, but everything goes on: what a preStop hook wants. Clients of this pod that speak HTTP are told to go elsewhere,
    /// with Connection: close and GOAWAY; the app's own connections are left alone.
    /// </summary>
    public void BeginLameDuck()
    {
        lock (_life)
        {
            if (_state != DrainState.Serving)
                return;
            _state = DrainState.LameDuck;
        }
        _log.LameDuck(Metrics.OpenOf(Direction.Inbound), Metrics.OpenOf(Direction.Outbound));
        _router.BeginDrain(Direction.Inbound);
        if (_started)
            PostToAll(context => context.Advise());
    }

    /// <summary>Nothing is accepted inbound any more, and idle inbound connections end; the app may dial out as before.</summary>
    /// <param name="tcpIdle">Silence after which a connection that is not HTTP is idle; zero is never.</param>
    public void DrainInbound(TimeSpan tcpIdle)
    {
        lock (_life)
        {
            if (!_started || _state >= DrainState.Draining)
                return;
            _state = DrainState.Draining;
        }
        _log.DrainingInbound(Metrics.OpenOf(Direction.Inbound), Metrics.OpenOf(Direction.Outbound));
        _router.BeginDrain(Direction.Inbound);
        var idle = tcpIdle > TimeSpan.Zero ? (long)tcpIdle.TotalMilliseconds : long.MaxValue;
        PostToAll(context => context.FinishInbound(idle));
    }

    /// <summary>
    /// The app is gone. Stops accepting, closes what is idle, lets the rest finish for <paramref name="grace"/> as long as it moves, resets
    /// what remains, and stops the loops. <paramref name="now"/> ends the grace early.
    /// </summary>
    public async Task StopAsync(TimeSpan grace, CancellationToken now)
    {
        lock (_life)
        {
            if (!_started || _stopping)
                return;
            _stopping = true;
            _state = DrainState.Draining;
        }
        _log.Draining(Metrics.OpenConnections, DurationText.Format(grace));
        _router.BeginDrain(Direction.Inbound);
        _router.BeginDrain(Direction.Outbound);
        var drained = Task.WhenAll(_loops.Select(DrainAsync));
        try
        {
            await drained.WaitAsync(grace, now);
        }
        catch (Exception end) when (end is TimeoutException or OperationCanceledException)
        {
            _log.GraceOver(Metrics.OpenConnections);
            PostToAll(context => context.AbortAll(CloseReason.ShutdownDeadline));
            await drained;
        }
        // It posts to the loops until it has ended.
        await _router.StopAsync();
        foreach (var context in _loops)
            context.Loop.Stop();
        _state = DrainState.Stopped;
        _log.Stopped();
    }

    private static Task DrainAsync(LoopContext context)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Loop.Post(() => context.Drain(TcpIdleWithoutAppMilliseconds, () => drained.TrySetResult()));
        return drained.Task;
    }

    private void PostToAll(Action<LoopContext> action)
    {
        foreach (var context in _loops)
            context.Loop.Post(() => action(context));
    }
}
