using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>Attackers that come, say one thing or nothing, and stay as they are.</summary>
internal sealed class Crowd(IPEndPoint victim) : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <returns>What it cost them, in seconds of CPU.</returns>
    public Task<double> ComeAsync(Pod from, int attackers, byte[]? words = null) => AttackThread.RunAsync(from, () =>
    {
        for (var i = 0; i < attackers; i++)
        {
            var socket = new Socket(victim.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets.Add(socket);
            socket.SendTimeout = (int)Bound.Exchange.TotalMilliseconds;
            socket.Connect(victim);
            if (words is not null)
                socket.Send(words);
        }
    });

    /// <inheritdoc cref="ComeAsync"/>
    public Task<double> GoAsync(Pod from) => AttackThread.RunAsync(from, Dispose);

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
}
