using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// A client that in silence asks every second whether its peer is there: where the kernel has forgotten a connection, it takes a segment of
/// the client's to bring it back, or to say that it is lost.
/// </summary>
internal static class ProbingClient
{
    private const int Seconds = 1;
    private const int Times = 30;

    public static async Task<Socket> ConnectProbingAsync(this Pod pod, IPEndPoint destination)
    {
        var socket = await pod.ConnectAsync(destination);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Times);
        return socket;
    }
}
