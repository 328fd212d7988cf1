using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <summary>
/// The few calls of the Kubernetes API that are needed, over plain HTTPS and JSON. Everything the server, the network or a file can do
/// wrong is a value with its cause. May be used from many threads at once.
/// </summary>
public sealed class KubernetesApi : IDisposable
{
    private const string MergePatch = "application/merge-patch+json";
    private const int PageLength = 500;

    private readonly ApiServer _server;
    private readonly HttpClient _http;

    public KubernetesApi(ApiServer server, ApiTimeouts? timeouts = null)
    {
        _server = server;
        Timeouts = timeouts ?? ApiTimeouts.Default;
        var address = server.Address.AbsoluteUri;
        _http = new HttpClient(ApiConnections.HandlerFor(server, Timeouts))
        {
            BaseAddress = new Uri(address.EndsWith('/') ? address : address + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("meshproxy");
    }

    public ApiTimeouts Timeouts { get; }

    public void Dispose() => _http.Dispose();

    public Task<ApiResult<JsonObject>> GetAsync(ResourcePath resource, string name, CancellationToken cancelled) =>
        SendAsync(HttpMethod.Get, resource.Of(name), null, "", cancelled);

    /// <summary>Such as <c>version</c>.</summary>
    public Task<ApiResult<JsonObject>> GetAsync(string path, CancellationToken cancelled) =>
        SendAsync(HttpMethod.Get, path, null, "", cancelled);

    public Task<ApiResult<JsonObject>> CreateAsync(ResourcePath resource, JsonObject content, CancellationToken cancelled) =>
        SendAsync(HttpMethod.Post, resource.ToString(), content, "application/json", cancelled);

    /// <summary>Replaces the whole object; with <c>metadata.resourceVersion</c> in it, only where that is still the version.</summary>
    public Task<ApiResult<JsonObject>> ReplaceAsync(ResourcePath resource, string name, JsonObject content, CancellationToken cancelled) =>
        SendAsync(HttpMethod.Put, resource.Of(name), content, "application/json", cancelled);

    /// <summary>Merge patch, RFC 7386: null removes.</summary>
    public Task<ApiResult<JsonObject>> PatchAsync(ResourcePath resource, string name, JsonObject change, CancellationToken cancelled) =>
        SendAsync(HttpMethod.Patch, resource.Of(name), change, MergePatch, cancelled);

    /// <summary>Every object, page by page, as of one resource version.</summary>
    public async Task<ApiResult<ResourceList>> ListAsync(ResourcePath resource, string selector = "", CancellationToken cancelled = default)
    {
        var items = new List<JsonObject>();
        for (var next = ""; ;)
        {
            var path = $"{resource}?limit={PageLength}{Selection(resource, selector)}{Query("continue", next)}";
            if (!(await SendAsync(HttpMethod.Get, path, null, "", cancelled)).Has(out var page, out var failure))
                return failure;
            if (page["items"] is JsonArray found)
                items.AddRange(found.OfType<JsonObject>());
            next = ApiObject.Text(page, "metadata", "continue") ?? "";
            if (next.Length == 0)
                return new ResourceList([.. items], ApiObject.Text(page, "metadata", "resourceVersion") ?? "");
        }
    }

    /// <summary>Opens a watch that begins behind a resource version; the caller ends it.</summary>
    public async Task<ApiResult<WatchStream>> WatchAsync(
        ResourcePath resource, string resourceVersion, string selector = "", CancellationToken cancelled = default)
    {
        var path = $"{resource}?watch=1&allowWatchBookmarks=true&timeoutSeconds={(int)Timeouts.Watch.TotalSeconds}"
            + Query("resourceVersion", resourceVersion) + Selection(resource, selector);
        HttpResponseMessage? answer = null;
        var (asked, kept) = ($"watch {resource}", false);
        try
        {
            using var patience = Patience(cancelled);
            answer = await _http.SendAsync(Request(HttpMethod.Get, path), HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            if (!answer.IsSuccessStatusCode)
                return await FailureOfAsync(answer, body, asked, patience.Token);
            kept = true;
            return new WatchStream(answer, body, Timeouts.Watch + Timeouts.Request, asked);
        }
        catch (Exception e) when (!cancelled.IsCancellationRequested && FailureOf(e, asked) is not null)
        {
            return FailureOf(e, asked)!;
        }
        finally
        {
            if (!kept)
                answer?.Dispose();
        }
    }

    /// <summary>What an exception of the HTTP client means; null where it is none of those that networks and files cause.</summary>
    internal static ApiFailure? FailureOf(Exception e, string asked) => e switch
    {
        OperationCanceledException => new ApiFailure(ApiFailureKind.TimedOut, $"{asked}: no answer in time"),
        HttpRequestException { InnerException: AuthenticationException tls } =>
            new ApiFailure(ApiFailureKind.Unreachable, $"{asked}: {tls.Message} (is the certificate of this server's authority given?)"),
        HttpRequestException or IOException => new ApiFailure(ApiFailureKind.Unreachable, $"{asked}: {(e.InnerException ?? e).Message}"),
        JsonException => new ApiFailure(ApiFailureKind.BadAnswer, $"{asked}: the answer is not JSON: {e.Message}"),
        UnauthorizedAccessException or CryptographicException => new ApiFailure(ApiFailureKind.NotConfigured, $"{asked}: {e.Message}"),
        _ => null,
    };

    private async Task<ApiResult<JsonObject>> SendAsync(
        HttpMethod method, string path, JsonObject? content, string mediaType, CancellationToken cancelled)
    {
        var asked = $"{method} /{path.Split('?')[0]}";
        try
        {
            using var patience = Patience(cancelled);
            using var request = Request(method, path);
            if (content is not null)
                request.Content = new StringContent(content.ToJsonString(), Encoding.UTF8, mediaType);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            if (!answer.IsSuccessStatusCode)
                return await FailureOfAsync(answer, body, asked, patience.Token);
            return await OutsideJson.ParseAsync(body, patience.Token) is JsonObject found
                ? found
                : new ApiFailure(ApiFailureKind.BadAnswer, $"{asked}: the answer is not a JSON object");
        }
        catch (Exception e) when (!cancelled.IsCancellationRequested && FailureOf(e, asked) is not null)
        {
            return FailureOf(e, asked)!;
        }
    }

    private static async Task<ApiFailure> FailureOfAsync(HttpResponseMessage answer, Stream body, string asked, CancellationToken cancelled)
    {
        JsonNode? status = null;
        try
        {
            status = await OutsideJson.ParseAsync(body, cancelled);
        }
        catch (JsonException)
        {
            // A proxy on the way answers in its own words; the code says enough.
        }
        return ApiFailure.OfStatus((int)answer.StatusCode, status, asked);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (_server.Token?.Invoke() is { Length: > 0 } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private CancellationTokenSource Patience(CancellationToken cancelled)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Timeouts.Request);
        return patience;
    }

    private static string Selection(ResourcePath resource, string labels) =>
        Query("labelSelector", labels) + Query("fieldSelector", resource.OnlyNamed is { } only ? $"metadata.name={only}" : "");

    private static string Query(string name, string value) => value.Length == 0 ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
