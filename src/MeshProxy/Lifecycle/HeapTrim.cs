using MeshProxy.Transport.Linux;

namespace MeshProxy.Lifecycle;

/// <summary>
/// Gives the heap of a burst back to the system once it is quiet. The runtime does not: garbage may grow to 5/8 of the L3 cache before it
/// collects, what it did collect stays committed, and what its compiler freed stays with malloc. A look every five seconds; it collects
/// where little was allocated since the last look and much since the last collection of its own. That stops the loops for some
/// milliseconds, in a moment in which they make no garbage.
/// </summary>
internal sealed class HeapTrim : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>In one interval; a scrape is some 50 KiB, a connection 1 to 2 KiB.</summary>
    private const long QuietBytes = 1 << 20;

    private const long WorthwhileBytes = 4 << 20;

    private readonly PeriodicTimer _looks;
    private readonly Action _trim;
    private readonly Task _running;
    private long _seen;
    private long _trimmed = -WorthwhileBytes;

    public HeapTrim(TimeProvider time)
        : this(time, Trim)
    {
    }

    internal HeapTrim(TimeProvider time, Action trim)
    {
        _looks = new PeriodicTimer(Interval, time);
        _trim = trim;
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _looks.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        while (await _looks.WaitForNextTickAsync())
            Look(GC.GetTotalAllocatedBytes());
    }

    /// <param name="allocated">Bytes since the start of the process.</param>
    internal void Look(long allocated)
    {
        var isQuiet = allocated - _seen < QuietBytes;
        _seen = allocated;
        if (!isQuiet || allocated - _trimmed < WorthwhileBytes)
            return;
        _trimmed = allocated;
        _trim();
    }

    private static void Trim()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
