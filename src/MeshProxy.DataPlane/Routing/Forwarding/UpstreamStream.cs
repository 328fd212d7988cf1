using System.Net.Sockets;
using System.Runtime.CompilerServices;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// A connection to a backend, with its part of the descriptor budget. On one of HTTP/1 a request that was sent is never sent again behind
/// our back: the HTTP client repeats any request without content, POST too, up to three times, where the connection ends before the first
/// byte of its response (HttpConnection, _canRetry). That end is told as an error here, which the client passes on; whether to repeat is
/// the route's decision.
/// </summary>
/// <remarks>
/// A response that began before its request was sent whole, and that only the end of the connection delimits, is told as cut off too.
/// </remarks>
internal sealed class UpstreamStream(Socket socket, DescriptorBudget budget, bool isHttp1) : NetworkStream(socket, ownsSocket: true)
{
    private int _disposed;
    private volatile bool _awaitsResponse;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken);
        if (read > 0)
            _awaitsResponse = false;
        else if (_awaitsResponse && isHttp1 && buffer.Length > 0)
            throw new HttpIOException(HttpRequestError.ResponseEnded, "the backend closed without a response");
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _awaitsResponse = true;
        return base.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
            budget.Release();
    }
}
