namespace MeshProxy.Configuration.Reload;

/// <summary>
/// Says when the configuration file, or a manifest it names, may have changed. inotify on their folders makes it prompt; a slow poll is the
/// backstop: the folder itself may be replaced, or inotify not be had. That is no corner case on a node full of sidecars: they share a
/// user, and a user has 128 inotify instances (fs.inotify.max_user_instances).
/// </summary>
internal sealed class ConfigFileWatch : IAsyncDisposable
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(10);

    private readonly Action _changed;
    private readonly TimeSpan _poll;
    private readonly FolderEvents _events = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ReloadLog _log;
    private readonly FolderWatch? _fileFolder;
    private readonly Func<string> _manifests;
    private readonly Task _loop;
    private FolderWatch? _manifestsFolder;
    private string? _manifestsFolderAsked;

    /// <param name="manifests">
    /// Path of the manifests, or empty; asked after every call of <paramref name="changed"/>, which may change it.
    /// </param>
    /// <param name="changed">Called on a pool thread, never twice at a time; it decides whether anything did change.</param>
    public ConfigFileWatch(string path, Func<string> manifests, Action changed, ReloadLog log, TimeSpan? poll = null)
    {
        _manifests = manifests;
        _changed = changed;
        _log = log;
        _poll = poll ?? PollInterval;
        _fileFolder = TryWatch(FolderOfFile(path));
        FollowManifests();
        _loop = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _fileFolder?.Dispose();
        await _stop.CancelAsync();
        await _loop;
        _manifestsFolder?.Dispose();
        _stop.Dispose();
        _events.Dispose();
    }

    private static string FolderOfFile(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private FolderWatch? TryWatch(string folder)
    {
        try
        {
            return new FolderWatch(folder, _events.Raise);
        }
        catch (Exception unwatched) when (FolderWatch.IsUnwatchable(unwatched))
        {
            _log.PollingOnly(folder, unwatched.Message, _poll.TotalSeconds);
            return null;
        }
    }

    /// <summary>
    /// A path that becomes a folder, or stops being one, is another folder to watch. What cannot be watched is tried once.
    /// </summary>
    private void FollowManifests()
    {
        var path = _manifests();
        var folder = path.Length == 0 ? null : Directory.Exists(path) ? Path.GetFullPath(path) : FolderOfFile(path);
        if (folder == _manifestsFolderAsked)
            return;
        _manifestsFolderAsked = folder;
        _manifestsFolder?.Dispose();
        _manifestsFolder = folder is null || folder == _fileFolder?.Folder ? null : TryWatch(folder);
        // What happened between the reading of the manifests and the watch is looked for once.
        if (folder is not null)
            _events.Raise();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await _events.NextAsync(_poll, _stop.Token);
                _changed();
                FollowManifests();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
