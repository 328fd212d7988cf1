using System.Net;
using System.Net.Sockets;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Demo.Stage;

/// <summary>Reaches the sidecar's admin port from outside its pod: a socket made inside a namespace stays there.</summary>
internal sealed class AdminClient : IDisposable
{
    public const int Port = 4191;

    private readonly HttpClient _http;

    public AdminClient(string namespacePath) => _http = new HttpClient(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = (_, cancelled) => ConnectAsync(namespacePath, cancelled),
    })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{Port}"),
        Timeout = TimeSpan.FromSeconds(5),
    };

    public async Task<bool> IsReadyAsync(CancellationToken cancelled)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/ready", UriKind.Relative), cancelled);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public Task<string> MetricsAsync(CancellationToken cancelled) => _http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancelled);

    /// <summary>A connection to the admin port, by loopback of that namespace.</summary>
    public static async ValueTask<Stream> ConnectAsync(string namespacePath, CancellationToken cancelled)
    {
        var socket = NetworkNamespace.Run(namespacePath, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), cancelled);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _http.Dispose();
}
