using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.Tests.Routing.Support;

namespace MeshProxy.Tests.Routing;

public sealed class RetryBudgetTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Share_of_the_requests_may_be_repeated()
    {
        var budget = new RetryBudget(percent: 20, floorPerSecond: 0, _time);
        Assert.False(budget.TryTake());
        for (var request = 0; request < 50; request++)
            budget.OnRequest();
        Assert.Equal(10, Taken(budget));
    }

    [Fact]
    public void Floor_is_there_without_any_request() => Assert.Equal(30, Taken(new RetryBudget(percent: 0, floorPerSecond: 3, _time)));

    [Fact]
    public void What_was_taken_comes_back_after_ten_seconds()
    {
        var budget = new RetryBudget(percent: 0, floorPerSecond: 1, _time);
        Assert.Equal(10, Taken(budget));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, Taken(budget));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Taken(budget));
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(10, Taken(budget));
    }

    private static int Taken(RetryBudget budget)
    {
        var taken = 0;
        while (budget.TryTake())
            taken++;
        return taken;
    }
}
