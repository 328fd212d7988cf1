using System.Diagnostics;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// What honest clients do meanwhile: requests over a kept connection, over a fresh one each, over HTTP/2, and bytes through a connection
/// that is not HTTP. Every answer is compared with what it must be; the first that is wrong or late fails the test, and so does a kept
/// connection that had to be dialled again.
/// </summary>
internal sealed class GoodTraffic : IAsyncDisposable
{
    // Well below what two cores carry: an honest client is slow because of the attack, not because of its like.
    private static readonly TimeSpan Unhurried = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _over = new();
    private readonly TimeSpan _pause;
    private readonly CountedClient _kept1;
    private readonly CountedClient _kept2;
    private readonly CountedClient _fresh;
    private readonly Task _running;
    private long _done;
    private long _slowest;

    public GoodTraffic(SoakSide side)
        : this(side, Unhurried)
    {
    }

    /// <param name="pause">Of each client, between two of its requests.</param>
    public GoodTraffic(SoakSide side, TimeSpan pause)
    {
        _pause = pause;
        (_kept1, _kept2, _fresh) = (side.Web1.NewClient(), side.Web2.NewClient(), side.Web1.NewClient());
        _running = Task.WhenAll(
            RepeatAsync(seed => AskAsync(_kept1, seed)),
            RepeatAsync(seed => AskAsync(_fresh, seed, isLast: true)),
            RepeatAsync(seed => AskAsync(_kept2, seed)),
            RepeatAsync(seed => EchoAsync(side, seed)));
    }

    /// <summary>Requests and exchanges that succeeded; there are no others.</summary>
    public long Done => Interlocked.Read(ref _done);

    public TimeSpan Slowest => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _slowest));

    /// <summary>So many more are done.</summary>
    public Task GoesOnAsync(int more)
    {
        var done = Done;
        return Bound.UntilAsync(
            () => _running.IsFaulted ? throw _running.Exception : Task.FromResult(Done > done + more),
            Bound.Exchange,
            () => "good traffic stands still");
    }

    /// <summary>Ends it, and throws what went wrong.</summary>
    public async Task StopAsync()
    {
        await _over.CancelAsync();
        await _running.WaitAsync(Bound.Start);
        Assert.True(Done > 0, "no good request was made");
        Assert.True((_kept1.Dials, _kept2.Dials) == (1, 1), $"kept connections were dialled {_kept1.Dials} and {_kept2.Dials} times");
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAny(_running, Task.Delay(Bound.Start));
        _over.Dispose();
        _kept1.Dispose();
        _kept2.Dispose();
        _fresh.Dispose();
    }

    private async Task RepeatAsync(Func<int, Task> exchange)
    {
        for (var seed = 0; !_over.IsCancellationRequested; seed++)
        {
            var began = Stopwatch.GetTimestamp();
            await exchange(seed);
            _slowest = Math.Max(_slowest, Stopwatch.GetTimestamp() - began);
            Interlocked.Increment(ref _done);
            await Task.Delay(_pause);
        }
    }

    private static Task AskAsync(CountedClient client, int seed, bool isLast = false) =>
        client.AskAsync(seed, seed % 5000, isLast).WaitAsync(Bound.Exchange);

    private static async Task EchoAsync(SoakSide side, int seed)
    {
        using var socket = await side.ConnectAsync(side.OpaqueStream.Endpoint);
        await socket.SendAllAsync(StreamServer.Order('D', seed, 1000));
        Assert.Equal(Payload.Of(seed, 1000), await socket.ReadToEndAsync());
    }
}
