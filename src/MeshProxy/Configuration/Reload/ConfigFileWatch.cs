namespace MeshProxy.Configuration.Reload;

/// <summary>
/// Says when the configuration file may have changed. inotify on its folder makes it prompt: whatever happens there counts, because a
/// ConfigMap changes by the rename of a link beside the file (<c>..data</c>) and an editor by the rename of another file onto it. A slow
/// poll is the backstop: the folder itself may be replaced, or inotify not be had. That is no corner case on a node full of sidecars: they
/// share a user, and a user has 128 inotify instances (fs.inotify.max_user_instances).
/// </summary>
internal sealed class ConfigFileWatch : IAsyncDisposable
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(10);

    /// <summary>One save is several events; the last one counts.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>Where events never cease, the file is looked at this often.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Action _changed;
    private readonly TimeSpan _poll;
    private readonly SemaphoreSlim _events = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly FileSystemWatcher? _watcher;
    private readonly Task _loop;

    /// <param name="changed">Called on a pool thread, never twice at a time; it decides whether anything did change.</param>
    public ConfigFileWatch(string path, Action changed, ReloadLog log, TimeSpan? poll = null)
    {
        _changed = changed;
        _poll = poll ?? PollInterval;
        _watcher = TryWatch(Path.GetDirectoryName(Path.GetFullPath(path))!, log);
        _loop = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _watcher?.Dispose();
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _events.Dispose();
    }

    private FileSystemWatcher? TryWatch(string folder, ReloadLog log)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Attributes,
            };
            watcher.Changed += OnEvent;
            watcher.Created += OnEvent;
            watcher.Deleted += OnEvent;
            watcher.Renamed += OnEvent;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception unwatched) when (unwatched is IOException or ArgumentException or UnauthorizedAccessException)
        {
            log.PollingOnly(folder, unwatched.Message, _poll.TotalSeconds);
            return null;
        }
    }

    private void OnEvent(object sender, FileSystemEventArgs e)
    {
        if (_events.CurrentCount == 0)
            _events.Release();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                if (await _events.WaitAsync(_poll, _stop.Token))
                    await WaitUntilQuietAsync();
                _changed();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task WaitUntilQuietAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since) < LongestWait && await _events.WaitAsync(Quiet, _stop.Token))
        {
        }
    }
}
