using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.Transport;

/// <summary>Who gets in when there is no room, at the end, and when something breaks at the door.</summary>
public sealed class ListenerTests : IDisposable
{
    private readonly ShiftedTime _time = new();
    private readonly ConcurrentQueue<Exception> _faults = [];
    private readonly List<Socket> _clients = [];
    private readonly EventLoop _loop;
    private bool _started;

    public ListenerTests() => _loop = new EventLoop(0, pipes: 1, _time, _faults.Enqueue);

    public void Dispose()
    {
        if (_started)
            _loop.Stop();
        _clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Client_waits_a_second_for_room_however_long_there_was_none_before()
    {
        var (listener, door) = Open(places: 1);
        await ConnectAsync(listener);
        await UntilAsync(() => door.Accepted == 1);
        await PassAsync(1500);
        await ConnectAsync(listener);
        await UntilAsync(() => door.Pauses >= 3);
        Assert.Equal(0, door.Shed);
        door.Budget.Release();
        await UntilAsync(() => door.Accepted == 2);
    }

    [Fact]
    public async Task Room_that_another_loop_has_made_is_used_before_anybody_is_turned_away()
    {
        var (listener, door) = Open(places: 1);
        Assert.True(door.Budget.TryTake());
        await ConnectAsync(listener);
        await UntilAsync(() => door.Pauses >= 1);
        door.Budget.Release();
        await PassAsync(1500);
        await UntilAsync(() => door.Accepted == 1);
        Assert.Equal(0, door.Shed);
    }

    [Fact]
    public async Task Who_has_waited_for_a_second_is_turned_away_where_there_is_still_no_room()
    {
        var (listener, door) = Open(places: 1);
        Assert.True(door.Budget.TryTake());
        var client = await ConnectAsync(listener);
        await UntilAsync(() => door.Pauses >= 1);
        await PassAsync(1500);
        Assert.Empty(await client.ReadToResetAsync());
        Assert.Equal(1, door.Shed);
    }

    [Fact]
    public async Task All_that_have_connected_before_the_end_are_taken()
    {
        const int Waiting = 200;
        var (listener, door) = Open(places: 1000, start: false);
        for (var i = 0; i < Waiting; i++)
            await ConnectAsync(listener);
        _loop.Post(listener.Finish);
        await UntilAsync(() => door.Accepted == Waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_that_breaks_at_the_door_leaves_nothing_behind(bool beforeItIsOwned)
    {
        var (listener, door) = Open(places: 5);
        (door.BreaksBefore, door.BreaksAfter) = (beforeItIsOwned, !beforeItIsOwned);
        await AssertTurnedAwayAsync(listener);
        await UntilAsync(() => door.Budget.Taken == 0 && _faults.Count == 1);
        (door.BreaksBefore, door.BreaksAfter) = (false, false);
        await ConnectAsync(listener);
        await UntilAsync(() => door.Accepted == 1);
    }

    private (Listener Listener, Door Door) Open(int places, bool start = true)
    {
        var door = new Door(new DescriptorBudget(limit: 10_000, open: 0, connections: places));
        var listener = Listener.Open(_loop, SocketEndpoint.From(IPAddress.Loopback, 0), new SocketTuning(0, 0, 0, 0), door.Budget, door);
        if (start)
            listener.Start();
        _loop.Start();
        _started = true;
        return (listener, door);
    }

    private async Task<Socket> ConnectAsync(Listener listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _clients.Add(client);
        await client.ConnectAsync(listener.Endpoint.ToIPEndPoint());
        return client;
    }

    /// <summary>Returns when the loop has seen the time.</summary>
    private async Task PassAsync(int milliseconds)
    {
        _time.Pass(milliseconds);
        for (var turn = 0; turn < 2; turn++)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _loop.Post(seen.SetResult);
            await seen.Task.WaitAsync(Peer.Patience);
        }
    }

    /// <summary>Closed or reset: while the client still connects, or afterwards.</summary>
    private async Task AssertTurnedAwayAsync(Listener listener)
    {
        try
        {
            var client = await ConnectAsync(listener);
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Peer.Patience));
        }
        catch (SocketException end)
        {
            Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(5))
            Assert.True(waited.Elapsed < Peer.Patience, "it never came to that");
    }

    private sealed class ShiftedTime : TimeProvider
    {
        private long _shift;

        public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _shift);

        public void Pass(int milliseconds) => Interlocked.Add(ref _shift, milliseconds * TimestampFrequency / 1000);
    }

    private sealed class Door(DescriptorBudget budget) : Acceptor
    {
        private int _accepted;
        private int _shed;
        private int _pauses;

        public DescriptorBudget Budget => budget;

        public int Accepted => Volatile.Read(ref _accepted);

        public int Shed => Volatile.Read(ref _shed);

        public int Pauses => Volatile.Read(ref _pauses);

        public volatile bool BreaksBefore;

        public volatile bool BreaksAfter;

        protected internal override SocketOwner NewOwner() =>
            BreaksBefore ? throw new InvalidOperationException("broken on purpose") : new Guest(budget);

        protected internal override void OnAccepted(LoopSocket downstream, SocketOwner owner)
        {
            ((Guest)owner).Socket = downstream;
            if (BreaksAfter)
                throw new InvalidOperationException("broken on purpose");
            Interlocked.Increment(ref _accepted);
        }

        protected internal override void OnShed() => Interlocked.Increment(ref _shed);

        protected internal override void OnPaused(ResourceLimit limit) => Interlocked.Increment(ref _pauses);

        protected internal override void OnResumed() { }
    }

    private sealed class Guest(DescriptorBudget budget) : SocketOwner
    {
        public LoopSocket? Socket { get; set; }

        protected internal override void OnReady(LoopSocket socket) { }

        protected internal override void Abort(CloseReason reason)
        {
            Socket!.CloseWithReset();
            budget.Release();
        }
    }
}
