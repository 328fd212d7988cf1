using System.Runtime.CompilerServices;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.Transport;

/// <summary>Who gives way when receivers that stand still hold more blocks than memory allows.</summary>
public sealed class BlockPoolTests
{
    private readonly BlockPool _pool = new(limit: 2);
    private readonly LoopSocket[] _receivers = [Nobody(), Nobody(), Nobody(), Nobody()];

    [Fact]
    public void Nobody_gives_way_within_the_limit()
    {
        Rent(2);
        Assert.Null(_pool.TakeLongestHolder());
    }

    [Fact]
    public void Receiver_that_has_waited_longest_gives_way_and_is_named_once()
    {
        Rent(4);
        Assert.Same(_receivers[0], _pool.TakeLongestHolder());
        Assert.Same(_receivers[1], _pool.TakeLongestHolder());
    }

    [Fact]
    public void Receiver_that_takes_something_has_waited_least()
    {
        var blocks = Rent(3);
        _pool.Progressed(blocks[0]);
        Assert.Same(_receivers[1], _pool.TakeLongestHolder());
    }

    [Fact]
    public void Nobody_else_gives_way_when_enough_has_come_back()
    {
        var blocks = Rent(3);
        _pool.Return(blocks[0]);
        Assert.Null(_pool.TakeLongestHolder());
        Assert.Same(blocks[0], _pool.Rent(_receivers[3]));
        Assert.Same(_receivers[1], _pool.TakeLongestHolder());
    }

    private Block[] Rent(int count) => [.. _receivers.Take(count).Select(_pool.Rent)];

    /// <summary>Only who it is matters here.</summary>
    private static LoopSocket Nobody() => (LoopSocket)RuntimeHelpers.GetUninitializedObject(typeof(LoopSocket));
}
