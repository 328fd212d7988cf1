using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>Attacks as fast as it can: connects, sends, is ended, and again.</summary>
internal sealed class Attacker
{
    /// <summary>As many at a time as the machine has for them, the sidecar and good traffic.</summary>
    private const int Threads = 2;

    private readonly IPEndPoint _victim;
    private readonly Action<Socket> _attack;

    private Attacker(IPEndPoint victim, Action<Socket> attack) => (_victim, _attack) = (victim, attack);

    private TimeSpan Longest { get; set; }

    /// <param name="attack">What is done with each connection.</param>
    /// <returns>How long the longest connection lasted from its first byte to its end, and the seconds of CPU that all took.</returns>
    public static async Task<(TimeSpan Longest, double Cpu)> RunAsync(Pod from, IPEndPoint victim, int connections, Action<Socket> attack)
    {
        var attackers = Enumerable.Range(0, Threads).Select(_ => new Attacker(victim, attack)).ToArray();
        var spent = await Task.WhenAll(
            attackers.Select(attacker => AttackThread.RunAsync(from, () => attacker.Attack(connections / Threads))));
        return (attackers.Max(attacker => attacker.Longest), spent.Sum());
    }

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

    private void Attack(int connections)
    {
        for (var i = 0; i < connections; i++)
            Once();
    }

    private void Once()
    {
        using var socket = new Socket(_victim.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SendTimeout = socket.ReceiveTimeout = (int)Bound.Exchange.TotalMilliseconds;
        socket.Connect(_victim);
        var began = Stopwatch.GetTimestamp();
        _attack(socket);
        var lasted = Stopwatch.GetElapsedTime(began);
        Longest = lasted > Longest ? lasted : Longest;
    }
}
