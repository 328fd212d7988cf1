using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace MeshProxy.Transport.Kestrel;

/// <summary>
/// A listener that accepts what the loops hand over. The queue has no bound of its own: whoever is in it has taken its part of the
/// descriptor budget already. Kestrel is woken on the thread pool, once per connection; nothing after that is.
/// </summary>
public sealed class HandoverListener(EndPoint endpoint) : IConnectionListener
{
    private readonly Channel<ConnectionContext> _handedOver =
        Channel.CreateUnbounded<ConnectionContext>(new UnboundedChannelOptions { SingleReader = true });

    public EndPoint EndPoint { get; } = endpoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _handedOver.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_handedOver.Reader.TryRead(out var connection))
                return connection;
        }
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _handedOver.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    /// <summary>False once Kestrel has been stopped.</summary>
    internal bool TryAdd(ConnectionContext connection) => _handedOver.Writer.TryWrite(connection);
}
