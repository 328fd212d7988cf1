using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle.Load;

/// <summary>
/// Streams over one HTTP/2 connection (prior knowledge), by the framework's client, which follows GOAWAY as RFC 9113 §6.8 says.
/// </summary>
internal sealed class Http2Client : IDisposable
{
    private readonly HttpClient _http;
    private readonly Tally _tally;

    public Http2Client(NetworkNamespace space, IPEndPoint server, Tally tally)
    {
        _tally = tally;
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false })
        {
            BaseAddress = new Uri($"http://{server}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Bound.Exchange,
        };

        async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancelled)
        {
            var socket = space.OpenSocket(AddressFamily.InterNetwork);
            await socket.ConnectAsync(server, cancelled);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    public async Task RunAsync(string path, byte[] expected, CancellationToken ends)
    {
        try
        {
            while (!ends.IsCancellationRequested)
            {
                var body = await _http.GetByteArrayAsync(new Uri(path, UriKind.Relative), CancellationToken.None);
                if (!body.AsSpan().SequenceEqual(expected))
                    throw new IOException("another body than the server's");
                _tally.Answer();
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
        {
            _tally.Failures.Enqueue($"HTTP/2 {path}: {failure}");
        }
    }

    public void Dispose() => _http.Dispose();
}
