using MeshProxy.DataPlane.Routing.Balancing;

namespace MeshProxy.DataPlane.Routing.Names;

/// <summary>
/// Keeps the addresses of one named backend fresh: asked for again when the last answer is over, at the earliest after a second, at the
/// latest after five minutes. Who cannot be asked is asked again after 1 s, then twice as long each time, up to 30 s. No answer changes
/// nothing: the last good one holds.
/// </summary>
internal sealed class NameWatch(Backend backend, NameSource source, RoutingLog log)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    private TimeSpan _backoff = Shortest;
    private bool _isFailing;

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(TimeProvider time, CancellationToken cancelled)
    {
        try
        {
            while (true)
                await Task.Delay(Take(await source.FindAsync(backend.Name!, cancelled)), time, cancelled);
        }
        catch (Exception) when (cancelled.IsCancellationRequested)
        {
            // No route names it any more, or the proxy ends.
        }
        catch (Exception fault)
        {
            log.Fault(fault);
        }
    }

    /// <returns>When to ask again.</returns>
    private TimeSpan Take(in NameAnswer answer)
    {
        backend.Resolved(answer.Addresses);
        if (answer.Addresses.IsEmpty && !_isFailing)
            log.NotResolved(backend.Name!, answer.Cause);
        _isFailing = answer.Addresses.IsEmpty;
        if (answer.Ttl is { } ttl)
        {
            _backoff = Shortest;
            return ttl < Shortest ? Shortest : ttl > Longest ? Longest : ttl;
        }
        var pause = _backoff * (0.8 + 0.4 * Random.Shared.NextDouble());
        _backoff = 2 * _backoff < LongestBackoff ? 2 * _backoff : LongestBackoff;
        return pause;
    }
}
