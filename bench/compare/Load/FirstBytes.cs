using System.Net.Sockets;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>Connections to a server that speaks first, one after the other.</summary>
internal static class FirstBytes
{
    /// <summary>Far above any bar, and enough to see a detection that waits for its timeout.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>From before connect(2) to the server's first byte, of each connection, in nanoseconds, sorted.</summary>
    /// <exception cref="MeasurementException">A connection failed, or ended with no byte.</exception>
    public static long[] Measure(Target target, int connections)
    {
        try
        {
            var times = Enumerable.Range(0, connections).Select(_ => MeasureOne(target)).ToArray();
            Array.Sort(times);
            return times;
        }
        catch (SocketException e)
        {
            throw new MeasurementException($"no greeting: {e.Message}");
        }
    }

    private static long MeasureOne(Target target)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = (int)Limit.TotalMilliseconds;
        Span<byte> first = stackalloc byte[1];
        var begin = PreciseClock.Now;
        socket.Connect(target.EndPoint);
        if (socket.Receive(first) == 0)
            throw new SocketException((int)SocketError.ConnectionReset);
        return PreciseClock.Now - begin;
    }
}
