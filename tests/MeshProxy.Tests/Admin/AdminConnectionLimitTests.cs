using System.Net;
using MeshProxy.Admin;
using Microsoft.AspNetCore.Connections;

namespace MeshProxy.Tests.Admin;

public sealed class AdminConnectionLimitTests
{
    private static readonly IPEndPoint Network = new(IPAddress.Parse("10.0.0.1"), 40000);

    private readonly AdminConnectionLimit _limit = new();

    [Fact]
    public void Flood_from_the_network_leaves_loopback_its_own()
    {
        Assert.Equal(AdminConnectionLimit.MostFromOthers, Enumerable.Range(0, 1000).Count(_ => _limit.TryTake(Network)));
        Assert.True(_limit.TryTake(new IPEndPoint(IPAddress.Loopback, 40000)));
        Assert.True(_limit.TryTake(new IPEndPoint(IPAddress.IPv6Loopback, 40000)));
    }

    [Fact]
    public async Task Connection_that_ends_makes_room_however_it_ends()
    {
        while (_limit.TryTake(Network))
        {
        }
        await _limit.Release(_ => Task.CompletedTask)(new DefaultConnectionContext { RemoteEndPoint = Network });
        await Assert.ThrowsAsync<IOException>(() =>
            _limit.Release(_ => throw new IOException())(new DefaultConnectionContext { RemoteEndPoint = Network }));
        Assert.True(_limit.TryTake(Network));
        Assert.True(_limit.TryTake(Network));
        Assert.False(_limit.TryTake(Network));
    }
}
