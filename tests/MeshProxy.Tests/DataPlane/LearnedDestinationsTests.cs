using MeshProxy.DataPlane.Planning;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

public sealed class LearnedDestinationsTests
{
    private readonly LearnedDestinations _learned = new();

    [Fact]
    public void Destination_is_remembered_for_its_time_and_then_forgotten()
    {
        Assert.True(_learned.Learn(At(1), 1000, 500));
        Assert.False(_learned.Learn(At(1), 1100, 500));
        Assert.True(_learned.Knows(At(1), 1499));
        Assert.False(_learned.Knows(At(2), 1499));
        Assert.False(_learned.Knows(At(1), 1500));
        Assert.Equal(0, _learned.Count);
    }

    [Fact]
    public void Table_is_bounded_and_the_oldest_give_way()
    {
        for (uint i = 0; i < 3 * LearnedDestinations.Capacity; i++)
            _learned.Learn(At(i), 0, 1_000_000);
        Assert.Equal(LearnedDestinations.Capacity, _learned.Count);
        Assert.False(_learned.Knows(At(0), 1));
        Assert.True(_learned.Knows(At(3 * LearnedDestinations.Capacity - 1), 1));
    }

    private static SocketEndpoint At(uint address) => SocketEndpoint.V4(address, 3306);
}
