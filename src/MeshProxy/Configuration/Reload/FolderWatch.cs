namespace MeshProxy.Configuration.Reload;

/// <summary>
/// inotify on one folder: whatever happens there counts, because a ConfigMap changes by the rename of a link beside the file
/// (<c>..data</c>) and an editor by the rename of another file onto it.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly Action _happened;

    /// <summary>
    /// Throws what <see cref="IsUnwatchable"/> knows where the folder is missing or the kernel has no more inotify instances.
    /// </summary>
    /// <param name="happened">Called on a pool thread, maybe twice at a time.</param>
    public FolderWatch(string folder, Action happened)
    {
        Folder = folder;
        _happened = happened;
        _watcher = new FileSystemWatcher(folder)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Attributes,
        };
        _watcher.Changed += OnEvent;
        _watcher.Created += OnEvent;
        _watcher.Deleted += OnEvent;
        _watcher.Renamed += OnEvent;
        _watcher.EnableRaisingEvents = true;
    }

    public string Folder { get; }

    public static bool IsUnwatchable(Exception cause) => cause is IOException or ArgumentException or UnauthorizedAccessException;

    public void Dispose() => _watcher.Dispose();

    private void OnEvent(object sender, FileSystemEventArgs e) => _happened();
}
