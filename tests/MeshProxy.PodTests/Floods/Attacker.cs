using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// A thread that attacks as fast as it can: connects, sends, is ended, and again. A thread of its own, because its CPU time is what the
/// sidecar's is compared with.
/// </summary>
internal sealed class Attacker
{
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="attack">What is done with each connection.</param>
    public Attacker(Pod from, IPEndPoint victim, int connections, Action<Socket> attack)
    {
        _thread = new Thread(() => Run(from, victim, connections, attack)) { IsBackground = true };
        _thread.Start();
    }

    public double Cpu { get; private set; }

    /// <summary>Of one connection, from its first byte to its end.</summary>
    public TimeSpan Longest { get; private set; }

    public Task EndAsync() => _ended.Task.WaitAsync(Bound.Work);

    /// <summary>Sends until the peer ends it, and waits for that.</summary>
    public static void SendToTheEnd(Socket socket, ReadOnlySpan<byte> bytes)
    {
        Span<byte> answer = stackalloc byte[4096];
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[socket.Send(bytes)..];
            while (socket.Receive(answer) > 0)
            {
                // What the proxy says before it ends the connection is tested elsewhere.
            }
        }
        catch (SocketException end) when (end.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // Ended, as it must be.
        }
    }

    private void Run(Pod from, IPEndPoint victim, int connections, Action<Socket> attack)
    {
        try
        {
            for (var i = 0; i < connections; i++)
                Once(from, victim, attack);
            Cpu = ThreadClock.Seconds;
            _ended.SetResult();
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            _ended.SetException(failure);
        }
    }

    private void Once(Pod from, IPEndPoint victim, Action<Socket> attack)
    {
        using var socket = from.Namespace.OpenSocket(victim.AddressFamily);
        socket.SendTimeout = socket.ReceiveTimeout = (int)Bound.Exchange.TotalMilliseconds;
        socket.Connect(victim);
        var began = Stopwatch.GetTimestamp();
        attack(socket);
        var lasted = Stopwatch.GetElapsedTime(began);
        Longest = lasted > Longest ? lasted : Longest;
    }
}
