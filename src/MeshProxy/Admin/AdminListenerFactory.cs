using System.Net;
using System.Net.Sockets;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Admin;

/// <summary>Binds as Kestrel's own would, but a listener at :: takes IPv6 alone, so that 0.0.0.0 beside it does not collide.</summary>
internal sealed class AdminListenerFactory(AdminConnectionLimit limit, ILoggerFactory loggers) : IConnectionListenerFactory
{
    private const int Backlog = 128;

    /// <summary>Throws <see cref="ListenException"/> where the address cannot be bound.</summary>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = Listen((IPEndPoint)endpoint);
        var connections = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions { IOQueueCount = 1 }, loggers.CreateLogger<SocketConnectionContextFactory>());
        return ValueTask.FromResult<IConnectionListener>(new AdminListener(socket, connections, limit));
    }

    private static Socket Listen(IPEndPoint endpoint)
    {
        Socket? socket = null;
        var call = "socket";
        try
        {
            socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            call = "bind";
            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException refused)
        {
            socket?.Dispose();
            throw new ListenException(SocketEndpoint.From(endpoint), call, ErrnoOf(refused));
        }
    }

    private static Errno ErrnoOf(SocketException refused) => refused.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => Errno.EADDRINUSE,
        SocketError.AddressNotAvailable => Errno.EADDRNOTAVAIL,
        SocketError.AddressFamilyNotSupported => Errno.EAFNOSUPPORT,
        SocketError.AccessDenied => Errno.EACCES,
        SocketError.TooManyOpenSockets => Errno.EMFILE,
        SocketError.NoBufferSpaceAvailable => Errno.ENOBUFS,
        _ => (Errno)refused.NativeErrorCode,
    };
}
