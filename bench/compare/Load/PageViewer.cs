using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>Watches the status page as a browser does: takes the event stream from a thread of its own, until disposed.</summary>
internal sealed class PageViewer : IDisposable
{
    private const string Address = "http://127.0.0.1:4191/events";

    private readonly HttpClient _client = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Stream _events;
    private readonly Thread _thread;
    private long _snapshots;
    private long _bytes;

    /// <exception cref="MeasurementException">It was not let in.</exception>
    public PageViewer()
    {
        try
        {
            _events = _client.GetStreamAsync(Address).GetAwaiter().GetResult();
        }
        catch (HttpRequestException e)
        {
            throw new MeasurementException($"{Address}: {e.Message}");
        }
        _thread = new Thread(Run);
        _thread.Start();
    }

    /// <summary>Whole ones, so far.</summary>
    public long Snapshots => Volatile.Read(ref _snapshots);

    /// <summary>Of all snapshots, so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _events.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }

    /// <summary>A snapshot is one line of JSON, and an empty line ends its event.</summary>
    private void Run()
    {
        var block = new byte[64 * 1024];
        byte last = 0;
        try
        {
            while (_events.ReadAsync(block, _stop.Token).AsTask().GetAwaiter().GetResult() is var read and > 0)
            {
                _bytes += read;
                foreach (var letter in block.AsSpan(0, read))
                {
                    if (letter == '\n' && last == '\n')
                        _snapshots++;
                    last = letter;
                }
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // Disposed, or the proxy is gone, which who counts snapshots sees.
        }
    }
}
