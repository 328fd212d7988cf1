using System.Diagnostics;

namespace MeshProxy.Lifecycle.App;

/// <summary>The sidecar of this pod as the app's side sees it: by its admin port on loopback.</summary>
internal sealed class SidecarAdmin(string endpoint) : IDisposable
{
    /// <summary>A sidecar is ready some 50 ms after its start; a kubelet may take seconds to pull its image first.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    // The app's HTTP_PROXY is not for loopback.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{endpoint}"),
        Timeout = AnswerTimeout,
    };

    /// <summary>Null once the sidecar is ready; else why it was not when the time was over. A limit of zero is none.</summary>
    public Task<string?> ReadyAsync(TimeSpan limit, CancellationToken cancelled) =>
        UntilAsync(NotReadyAsync, limit, cancelled);

    /// <summary>Null once nobody answers any more.</summary>
    public Task<string?> GoneAsync(TimeSpan limit, CancellationToken cancelled) =>
        UntilAsync(StillThereAsync, limit, cancelled);

    /// <summary>Asks it to end. Null where it said yes; else why not, in one line.</summary>
    public Task<string?> ShutdownAsync(CancellationToken cancelled) => PostAsync("/shutdown", cancelled);

    /// <summary>Tells it that the pod begins to end. Null where it has heard; else why not, in one line.</summary>
    public Task<string?> DrainAsync(CancellationToken cancelled) => PostAsync("/drain", cancelled);

    public void Dispose() => _http.Dispose();

    private async Task<string?> PostAsync(string path, CancellationToken cancelled)
    {
        try
        {
            using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), null, cancelled);
            return answer.IsSuccessStatusCode
                ? null
                : $"{endpoint} answered {(int)answer.StatusCode} to POST {path}; is it the sidecar's admin port?";
        }
        catch (HttpRequestException unreachable)
        {
            return $"no sidecar answers at {endpoint}: {unreachable.Message}";
        }
        catch (TaskCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return $"no answer from {endpoint} within {AnswerTimeout.TotalSeconds} s";
        }
    }

    private static async Task<string?> UntilAsync(
        Func<CancellationToken, Task<string?>> ask, TimeSpan limit, CancellationToken cancelled)
    {
        var began = Stopwatch.GetTimestamp();
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var answer = await ask(cancelled);
            if (answer is null || limit > TimeSpan.Zero && Stopwatch.GetElapsedTime(began) + pause > limit)
                return answer;
            await Task.Delay(pause, cancelled);
        }
    }

    private async Task<string?> NotReadyAsync(CancellationToken cancelled)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/ready", UriKind.Relative), cancelled);
            return answer.IsSuccessStatusCode
                ? null
                : $"{endpoint} says {(int)answer.StatusCode} ({(await answer.Content.ReadAsStringAsync(cancelled)).Trim()})";
        }
        catch (HttpRequestException unreachable)
        {
            return $"nobody answers at {endpoint} ({unreachable.Message})";
        }
        catch (TaskCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return $"{endpoint} took more than {AnswerTimeout.TotalSeconds} s to answer";
        }
    }

    private async Task<string?> StillThereAsync(CancellationToken cancelled)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/live", UriKind.Relative), cancelled);
            return $"{endpoint} still answers";
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return $"{endpoint} is still open";
        }
    }
}
