using MeshProxy.Transport.Loops;

namespace MeshProxy.Tests.Transport;

/// <summary>What a pool holds is given back when nobody has needed it for a while, and not before.</summary>
public sealed class PoolTrimTests
{
    [Fact]
    public void Pipe_that_nobody_needed_between_two_trims_is_closed()
    {
        var pool = new PipePool(capacity: 3);
        Return(pool, Rent(pool, 3));
        pool.Trim();
        Return(pool, Rent(pool, 1));
        pool.Trim();
        Assert.True(pool.HasFree);
        pool.Trim();
        Assert.False(pool.HasFree);
    }

    [Fact]
    public void Pool_gives_as_many_pipes_as_ever_after_a_trim()
    {
        var pool = new PipePool(capacity: 2);
        Return(pool, Rent(pool, 2));
        pool.Trim();
        pool.Trim();
        var rented = Rent(pool, 2);
        Assert.Null(pool.TryRent());
        Return(pool, rented);
        pool.CloseAll();
    }

    [Fact]
    public void Block_that_nobody_needed_between_two_trims_is_freed()
    {
        var pool = new BlockPool();
        pool.Return(pool.Rent(null!));
        pool.Trim();
        Assert.True(pool.HasFree);
        pool.Trim();
        Assert.False(pool.HasFree);
        Assert.Equal(0, pool.Rented);
    }

    private static SplicePipe[] Rent(PipePool pool, int count) => [.. Enumerable.Range(0, count).Select(_ => pool.TryRent()!)];

    private static void Return(PipePool pool, SplicePipe[] pipes)
    {
        foreach (var pipe in pipes)
            pool.Return(pipe);
    }
}
