using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MeshProxy.Admin;

/// <summary>
/// Accepts for Kestrel, within a limit that Kestrel's own would apply only after the fact, when a burst has taken the descriptors. And
/// Kestrel's own tries again at once whatever accept(2) says, which is a core spent for nothing while descriptors are out; this one waits.
/// </summary>
internal sealed class AdminListener(Socket socket, SocketConnectionContextFactory connections, AdminConnectionLimit limit)
    : IConnectionListener
{
    /// <summary>A client that waits hardly notices it, and neither does the CPU.</summary>
    private static readonly TimeSpan BackOff = TimeSpan.FromMilliseconds(100);

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <summary>Null when unbound.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var accepted = await socket.AcceptAsync(cancellationToken);
                accepted.NoDelay = true;
                if (limit.TryTake(accepted.RemoteEndPoint))
                    return connections.Create(accepted);
                accepted.Dispose();
            }
            catch (Exception unbound)
                when (unbound is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException famine) when (famine.SocketErrorCode
                is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                await Task.Delay(BackOff, cancellationToken);
            }
            catch (SocketException)
            {
                // The client went away while it waited to be accepted.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        connections.Dispose();
        return ValueTask.CompletedTask;
    }
}
