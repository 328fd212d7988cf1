using System.Net;
using Microsoft.AspNetCore.Connections;

namespace MeshProxy.Transport.Kestrel;

/// <summary>Gives Kestrel the listeners made for it, by their endpoints.</summary>
public sealed class HandoverListenerFactory(params IReadOnlyList<HandoverListener> listeners) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(listeners.First(listener => ReferenceEquals(listener.EndPoint, endpoint)));
}
