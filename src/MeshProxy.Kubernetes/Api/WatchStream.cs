using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <summary>An open watch: a line of JSON per event, until the server ends it.</summary>
/// <param name="patience">How long the server may be silent. It ends each watch itself, so longer is a dead connection.</param>
public sealed class WatchStream(HttpResponseMessage answer, Stream body, TimeSpan patience, string asked) : IDisposable
{
    private readonly StreamReader _lines = new(body);

    /// <summary>
    /// The next event; null where the server has ended the watch in order. A watch that cannot go on is told in a line of the stream: its
    /// failure is <see cref="ApiFailureKind.Expired"/> where the resource version is too old.
    /// </summary>
    public async Task<ApiResult<WatchEvent>?> NextAsync(CancellationToken cancelled)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        deadline.CancelAfter(patience);
        try
        {
            return await _lines.ReadLineAsync(deadline.Token) is { } line ? Read(line) : (ApiResult<WatchEvent>?)null;
        }
        catch (Exception e) when (!cancelled.IsCancellationRequested && KubernetesApi.FailureOf(e, asked) is not null)
        {
            return KubernetesApi.FailureOf(e, asked)!;
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        answer.Dispose();
    }

    private ApiResult<WatchEvent> Read(string line)
    {
        if (ParsedObject(line) is not { } parsed || parsed["object"] is not JsonObject content)
            return new ApiFailure(ApiFailureKind.BadAnswer, $"{asked}: a line is no event");
        return ApiObject.Text(parsed, "type") switch
        {
            "ADDED" => new WatchEvent(WatchEventKind.Added, content),
            "MODIFIED" => new WatchEvent(WatchEventKind.Modified, content),
            "DELETED" => new WatchEvent(WatchEventKind.Deleted, content),
            "BOOKMARK" => new WatchEvent(WatchEventKind.Bookmark, content),
            "ERROR" => ApiFailure.OfStatus((int)(ApiObject.Number(content, "code") ?? 500), content, asked),
            var other => new ApiFailure(ApiFailureKind.BadAnswer, $"{asked}: there is no event '{other}'"),
        };
    }

    private static JsonObject? ParsedObject(string line)
    {
        try
        {
            return OutsideJson.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
