namespace MeshProxy.Configuration.Reload;

/// <summary>
/// What watched folders say, for the one loop that looks: a burst of events is one, and without any there is a look at every poll all the
/// same.
/// </summary>
internal sealed class FolderEvents : IDisposable
{
    /// <summary>One save is several events; the last one counts.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>Where events never cease, there is a look this often.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _events = new(0);

    /// <summary>On any thread, and also after the end.</summary>
    public void Raise()
    {
        try
        {
            if (_events.CurrentCount == 0)
                _events.Release();
        }
        catch (ObjectDisposedException)
        {
            // An event that was under way when the watch ended.
        }
    }

    /// <summary>Until something has happened and it is quiet again, or a poll is due.</summary>
    public async Task NextAsync(TimeSpan poll, CancellationToken stop)
    {
        if (!await _events.WaitAsync(poll, stop))
            return;
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since) < LongestWait && await _events.WaitAsync(Quiet, stop))
        {
        }
    }

    public void Dispose() => _events.Dispose();
}
