using MeshProxy.Configuration.Reload;

namespace MeshProxy.Cni;

/// <summary>
/// Says when something happened in the node's folders: at once where inotify is to be had, and at every poll in any case. One look follows
/// a burst of events, which a copy of a binary is.
/// </summary>
internal sealed class NodeFolderWatch : IAsyncDisposable
{
    private readonly Action _look;
    private readonly TimeSpan _poll;
    private readonly FolderEvents _events = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly FolderWatch[] _watches;
    private readonly Task _loop;

    /// <param name="look">Called on a pool thread, never twice at a time.</param>
    public NodeFolderWatch(IEnumerable<string> folders, TimeSpan poll, Action look, CniInstallerEvents events)
    {
        (_look, _poll) = (look, poll);
        _watches = [.. folders.Select(folder => TryWatch(folder, events)).OfType<FolderWatch>()];
        // What happened before the watches were there.
        _events.Raise();
        _loop = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches)
            watch.Dispose();
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _events.Dispose();
    }

    private FolderWatch? TryWatch(string folder, CniInstallerEvents events)
    {
        try
        {
            return new FolderWatch(folder, _events.Raise);
        }
        catch (Exception unwatched) when (FolderWatch.IsUnwatchable(unwatched))
        {
            events.PollingOnly(folder, _poll.TotalSeconds, unwatched.Message);
            return null;
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await _events.NextAsync(_poll, _stop.Token);
                _look();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
