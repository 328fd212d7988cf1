using System.Net.Sockets;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>
/// Requests at a fixed rate, whatever the answers do. Each request has a time at which it is due, and its latency counts from there: a
/// stalled answer also lengthens the wait of those queued behind it, as it would for real clients, instead of hiding them (coordinated
/// omission).
/// </summary>
internal sealed class PacedRequests(Target target, int connections, int requestsPerSecond, int seconds)
{
    private readonly long _interval = PreciseClock.NanosecondsPerSecond * connections / requestsPerSecond;
    private readonly int _perConnection = requestsPerSecond * seconds / connections;
    private volatile string? _failure;

    /// <summary>The latencies of all requests in nanoseconds, sorted.</summary>
    /// <exception cref="MeasurementException">A connection failed.</exception>
    public long[] Run()
    {
        var latencies = new long[connections][];
        var start = PreciseClock.Now + PreciseClock.NanosecondsPerSecond / 10;
        var threads = Enumerable.Range(0, connections).Select(index => new Thread(() => latencies[index] = RunOne(index, start))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (_failure is not null)
            throw new MeasurementException(_failure);
        var all = latencies.SelectMany(one => one).ToArray();
        Array.Sort(all);
        return all;
    }

    /// <summary>One connection's requests, its phase shifted so that the connections take turns.</summary>
    private long[] RunOne(int index, long start)
    {
        PreciseClock.WakeThisThreadOnTime();
        var latencies = new long[_perConnection];
        try
        {
            using var connection = HttpConnection.Open(target);
            var due = start + _interval * index / connections;
            for (var i = 0; i < latencies.Length && _failure is null; i++, due += _interval)
                latencies[i] = AskAt(due, connection);
        }
        catch (SocketException e)
        {
            _failure = e.Message;
        }
        return latencies;
    }

    private long AskAt(long due, HttpConnection connection)
    {
        PreciseClock.SleepUntil(due);
        if (!connection.Ask())
            _failure = "a connection ended before its answer";
        return PreciseClock.Now - due;
    }
}
