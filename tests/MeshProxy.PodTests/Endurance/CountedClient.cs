using System.Net;
using System.Net.Sockets;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// An HTTP client that tells how often it dialled. An <see cref="HttpClient"/> whose connection was closed makes another and says nothing,
/// so that a proxy that closes what it may not would look as if it had not.
/// </summary>
internal sealed class CountedClient : IDisposable
{
    private int _dials;

    public CountedClient(Func<IPEndPoint, Task<Socket>> connect, IPEndPoint server, Version version)
    {
        var handler = new SocketsHttpHandler
        {
            // The test says when a connection ends.
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = async (_, _) =>
            {
                Interlocked.Increment(ref _dials);
                return new NetworkStream(await connect(server), ownsSocket: true);
            },
        };
        Http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"http://{server}"),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public HttpClient Http { get; }

    public int Dials => Volatile.Read(ref _dials);

    /// <summary>Asks for a payload, and compares it.</summary>
    public async Task AskAsync(int seed, int length, bool isLast = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/bytes?seed={seed}&length={length}")
        {
            Version = Http.DefaultRequestVersion,
            VersionPolicy = Http.DefaultVersionPolicy,
        };
        if (isLast)
            request.Headers.ConnectionClose = true;
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        Assert.Equal(Payload.Of(seed, length), await answer.Content.ReadAsByteArrayAsync());
    }

    public void Dispose() => Http.Dispose();
}
