using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// The HTTP client towards backends. It changes nothing by itself: no redirect is followed, no cookie kept, no header added, no proxy
/// asked, and its own time limits are off.
/// </summary>
internal static class UpstreamClient
{
    /// <summary>Shorter than servers keep connections that nobody uses, so that a request rarely meets one that is being closed.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(3);

    /// <param name="tcp">Asked for at each connection: a reload holds for the next one.</param>
    public static HttpMessageInvoker Create(
        Func<TcpSettings> tcp, RoutingCounters counters, DescriptorBudget budget, TimeProvider time) => new(
        new SingleUseHandler(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionIdleTimeout = IdleTimeout,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            MaxResponseHeadersLength = 64,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ConnectCallback = (connect, cancelled) => ConnectAsync(connect, tcp(), counters, budget, time, cancelled),
        }),
        disposeHandler: true);

    /// <summary>The host is always an address: names were resolved before a backend was chosen.</summary>
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext connect, TcpSettings tcp, RoutingCounters counters, DescriptorBudget budget, TimeProvider time,
        CancellationToken cancelled)
    {
        // One client connection may ask many backends at once; where descriptors ran out, the process would end.
        if (!budget.TryTake())
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        var began = time.GetTimestamp();
        var address = IPAddress.Parse(connect.DnsEndPoint.Host);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Tune(socket, tcp);
            await ConnectAsync(socket, new IPEndPoint(address, connect.DnsEndPoint.Port), tcp.ConnectTimeout, cancelled);
            counters.Connected(time.GetElapsedTime(began).TotalSeconds);
            return new UpstreamStream(socket, budget, isHttp1: connect.InitialRequestMessage.Version.Major == 1);
        }
        catch
        {
            socket.Dispose();
            budget.Release();
            throw;
        }
    }

    private static async Task ConnectAsync(Socket socket, IPEndPoint target, TimeSpan timeout, CancellationToken cancelled)
    {
        if (timeout == TimeSpan.Zero)
        {
            await socket.ConnectAsync(target, cancelled);
            return;
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        deadline.CancelAfter(timeout);
        try
        {
            await socket.ConnectAsync(target, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    /// <summary>As the loops tune theirs (SocketTuning).</summary>
    private static void Tune(Socket socket, TcpSettings tcp)
    {
        const SocketOptionName UserTimeout = (SocketOptionName)18;
        var milliseconds = (int)tcp.UserTimeout.TotalMilliseconds;
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, (int)UserTimeout, BitConverter.GetBytes(milliseconds));
        if (tcp.Keepalive.Idle == TimeSpan.Zero)
            return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)tcp.Keepalive.Idle.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)tcp.Keepalive.Interval.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, tcp.Keepalive.Count);
    }
}
