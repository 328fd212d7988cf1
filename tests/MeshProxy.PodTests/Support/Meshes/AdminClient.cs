using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>Speaks to a sidecar's admin port from inside its pod, by loopback.</summary>
internal sealed class AdminClient(NetworkNamespace space) : IDisposable
{
    private readonly HttpClient _http = new(PodHttp.HandlerFor(space))
    {
        BaseAddress = new Uri($"http://127.0.0.1:{Port}"),
        Timeout = Bound.Exchange,
    };

    public const ushort Port = 4191;

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<Metrics> MetricsAsync() => new(await _http.GetStringAsync("/metrics"));

    public Task<string> GetAsync(string path) => _http.GetStringAsync(path);

    public async Task PostAsync(string path)
    {
        using var answer = await _http.PostAsync(path, content: null);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
