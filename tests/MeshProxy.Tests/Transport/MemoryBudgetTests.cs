using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.Transport;

/// <summary>A memory limit is shared out before it is reached.</summary>
public sealed class MemoryBudgetTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(512)]
    public void What_may_be_held_fits_under_the_limit_beside_the_sidecar_itself(long limit)
    {
        var budget = MemoryBudget.Of(limit * MiB);
        var held = budget.Blocks * (long)Block.Size + budget.Pipes * (long)SplicePipe.WantedSize;
        Assert.InRange(budget.Connections * 16 * 1024 + held, 1, (limit - 50) * MiB);
    }

    [Fact]
    public void Limit_below_what_the_sidecar_takes_still_leaves_room_for_some_connections()
    {
        var budget = MemoryBudget.Of(16 * MiB);
        Assert.InRange(budget.Connections, 100, 1000);
        Assert.InRange(budget.Blocks, 16, 100);
    }

    [Theory]
    [InlineData("300", "100", "200", 100)]
    [InlineData("300", "max", "200", 200)]
    [InlineData("50", "100", "max", 50)]
    [InlineData("max", "max", "max", long.MaxValue)]
    public void Least_limit_of_a_group_and_those_above_it_holds(string root, string pod, string container, long least)
    {
        var top = Directory.CreateTempSubdirectory("cgroups");
        try
        {
            var own = top.CreateSubdirectory("pod").CreateSubdirectory("container");
            File.WriteAllText(Path.Combine(top.FullName, "memory.max"), root + "\n");
            File.WriteAllText(Path.Combine(own.Parent!.FullName, "memory.max"), pod + "\n");
            File.WriteAllText(Path.Combine(own.FullName, "memory.max"), container + "\n");
            Assert.Equal(least, MemoryBudget.LimitOf(top.FullName, "/pod/container", "memory.max"));
        }
        finally
        {
            top.Delete(recursive: true);
        }
    }

    [Fact]
    public void Group_that_cannot_be_seen_leaves_the_root_to_say()
    {
        var top = Directory.CreateTempSubdirectory("cgroups");
        try
        {
            File.WriteAllText(Path.Combine(top.FullName, "memory.max"), "100\n");
            Assert.Equal(100, MemoryBudget.LimitOf(top.FullName, "/kubepods/pod/container", "memory.max"));
            Assert.Equal(100, MemoryBudget.LimitOf(top.FullName, "/", "memory.max"));
        }
        finally
        {
            top.Delete(recursive: true);
        }
    }

    [Fact]
    public void Descriptors_for_more_connections_than_memory_carries_are_not_used()
    {
        var budget = new DescriptorBudget(limit: 20_000, open: 50, connections: 300);
        Assert.Equal((300, ResourceLimit.Memory), (budget.Connections, budget.LimitedBy));
    }

    [Fact]
    public void Descriptors_are_what_allows_no_more_where_memory_would()
    {
        var budget = new DescriptorBudget(limit: 1024, open: 46, connections: 5000);
        Assert.InRange(budget.Connections, 300, 424);
        Assert.Equal(ResourceLimit.Descriptors, budget.LimitedBy);
    }

    [Fact]
    public void Nobody_gives_way_while_no_more_blocks_are_rented_than_allowed()
    {
        var pool = new BlockPool(limit: 2);
        var blocks = new[] { pool.Rent(null!), pool.Rent(null!) };
        Assert.Null(pool.TakeLongestHolder());
        foreach (var block in blocks)
            pool.Return(block);
        pool.FreeAll();
    }
}
