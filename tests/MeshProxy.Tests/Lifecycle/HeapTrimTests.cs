using MeshProxy.Lifecycle;

namespace MeshProxy.Tests.Lifecycle;

/// <summary>When the heap is given back: after a burst, once, and never while there is traffic.</summary>
public sealed class HeapTrimTests : IAsyncDisposable
{
    private const long MiB = 1 << 20;

    private readonly HeapTrim _trim;
    private int _trims;

    public HeapTrimTests() => _trim = new HeapTrim(TimeProvider.System, () => _trims++);

    public ValueTask DisposeAsync() => _trim.DisposeAsync();

    [Fact]
    public void Start_is_given_back_when_it_has_come_to_rest()
    {
        Assert.Equal(0, TrimsAfter(6 * MiB));
        Assert.Equal(1, TrimsAfter(6 * MiB + 100));
    }

    [Fact]
    public void Burst_is_given_back_once_it_is_over()
    {
        Assert.Equal(1, TrimsAfter(6 * MiB, 6 * MiB));
        Assert.Equal(1, TrimsAfter(20 * MiB, 40 * MiB, 60 * MiB));
        Assert.Equal(2, TrimsAfter(60 * MiB));
        Assert.Equal(2, TrimsAfter(60 * MiB, 60 * MiB));
    }

    [Fact]
    public void Little_garbage_is_left_to_the_runtime()
    {
        Assert.Equal(1, TrimsAfter(6 * MiB, 6 * MiB));
        Assert.Equal(1, TrimsAfter(9 * MiB, 9 * MiB));
        // It adds up.
        Assert.Equal(2, TrimsAfter(12 * MiB, 12 * MiB));
    }

    private int TrimsAfter(params ReadOnlySpan<long> looks)
    {
        foreach (var allocated in looks)
            _trim.Look(allocated);
        return _trims;
    }
}
