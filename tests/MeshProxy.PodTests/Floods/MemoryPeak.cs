using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Floods;

/// <summary>The most that a process held for itself (RssAnon), looked at ten times a second: a scrape would cost it something.</summary>
internal sealed class MemoryPeak
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _over = new();
    private readonly Task<double> _watching;

    public MemoryPeak(int process) => _watching = WatchAsync(process);

    /// <returns>MiB.</returns>
    public async Task<double> EndAsync()
    {
        await _over.CancelAsync();
        return await _watching;
    }

    private async Task<double> WatchAsync(int process)
    {
        var highest = 0L;
        while (true)
        {
            highest = Math.Max(highest, ProcessStatus.Read(process, "RssAnon"));
            if (_over.IsCancellationRequested)
                return highest / 1024.0;
            await Task.Delay(Interval);
        }
    }
}
