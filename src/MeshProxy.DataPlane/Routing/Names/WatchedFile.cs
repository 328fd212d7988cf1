namespace MeshProxy.DataPlane.Routing.Names;

/// <summary>What a small file says, read again when it has changed. One that cannot be read is empty. Asked from any thread.</summary>
internal sealed class WatchedFile<T>(string path, Func<string, T> parse)
    where T : class
{
    private readonly Lock _lock = new();
    private (DateTime, long) _stamp;
    private T? _value;

    public T Current
    {
        get
        {
            lock (_lock)
            {
                var file = new FileInfo(path);
                var stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
                if (_value is null || stamp != _stamp)
                    (_value, _stamp) = (parse(Read()), stamp);
                return _value;
            }
        }
    }

    private string Read()
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
