using System.IO.Pipelines;
using System.Net;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace MeshProxy.Transport.Kestrel;

/// <summary>
/// A connection as Kestrel sees it. Its members are called from any thread; whatever concerns the socket is posted to the loop. A client's
/// FIN ends the input and nothing else: a request that was complete is answered. <see cref="ConnectionClosed"/> is cancelled when the
/// socket is gone.
/// </summary>
public sealed class HandedOverContext : ConnectionContext,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    private static long _lastId;

    private readonly CancellationTokenSource _closed = new();
    private readonly TerminatedConnection _connection;
    private readonly SocketEndpoint _local;
    private readonly SocketEndpoint _remote;
    private IDictionary<object, object?>? _items;

    internal HandedOverContext(TerminatedConnection connection, LoopSocket socket, IDuplexPipe application)
    {
        _connection = connection;
        (_local, _remote) = (socket.LocalEndpoint, socket.PeerEndpoint);
        Transport = application;
        ConnectionClosed = _closed.Token;
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set(this);
    }

    public override string ConnectionId { get; set; } = Interlocked.Increment(ref _lastId).ToString("x", null);

    public override IFeatureCollection Features { get; } = new FeatureCollection(16);

    public override IDictionary<object, object?> Items { get => _items ??= new ConnectionItems(); set => _items = value; }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get => field ??= _local.ToIPEndPoint(); set; }

    public override EndPoint? RemoteEndPoint { get => field ??= _remote.ToIPEndPoint(); set; }

    /// <summary>
    /// What an abort by Kestrel or the application says of the end. Kestrel's own reasons are about what the client sent.
    /// </summary>
    public CloseReason AbortReason { get; set; } = CloseReason.RequestRefused;

    /// <summary>What is recorded where Kestrel ends the connection behind its last word.</summary>
    public CloseReason EndReason { get; set; } = CloseReason.Completed;

    /// <summary>Somebody has answered in Kestrel's place.</summary>
    internal bool HasLastWord { get; private set; }

    /// <summary>Answers in Kestrel's place, and for the last time. On Kestrel's thread, before it writes an answer of its own.</summary>
    public void EndWith(ReadOnlySpan<byte> words)
    {
        HasLastWord = true;
        ((LastWordWriter)Transport.Output).EndWith(words);
    }

    /// <summary>The end of the input waited for the last answer, which is there now.</summary>
    public void EndInput() => _connection.PostInputEnd();

    /// <summary>A request that asked for a switch of protocols has got it, or has been answered otherwise.</summary>
    /// <param name="request">Its number on this connection, counted from 1.</param>
    public void SwitchDecided(int request, bool isSwitched) => _connection.PostSwitchDecided(request, isSwitched);

    public override void Abort(ConnectionAbortedException abortReason) => _connection.PostAbort(AbortReason);

    /// <summary>Kestrel is done with the connection. What it has written is still sent.</summary>
    public override ValueTask DisposeAsync()
    {
        Transport.Input.Complete();
        Transport.Output.Complete();
        return ValueTask.CompletedTask;
    }

    /// <summary>On the pool: callbacks are the application's, and a loop does not wait for them.</summary>
    internal void FireClosed() => ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
}
