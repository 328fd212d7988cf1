using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Kubernetes.Support;

/// <summary>
/// An API server over HTTPS that keeps objects: lists, watches, versions with 409, selectors by equality, and the verdict of RBAC where a
/// client's roles are given.
/// </summary>
internal sealed class ClusterStandIn : IAsyncDisposable
{
    private readonly HttpsStandIn _https;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Func<ClusterRequest, bool>> _roles = [];
    private readonly List<(ClusterRequest Where, string Type, JsonObject Object)> _events = [];
    private ImmutableDictionary<string, JsonObject> _objects = ImmutableDictionary<string, JsonObject>.Empty;
    private ImmutableList<string> _writes = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _version = 100;

    private ClusterStandIn() => _https = new HttpsStandIn(AnswerAsync);

    public X509Certificate2 Authority => _https.Authority;

    public Uri Address => _https.Address;

    /// <summary>Null fails.</summary>
    public string? Version { get; set; } = "v1.31.2";

    /// <summary>What clients, not the test, have changed: verb and path.</summary>
    public ImmutableList<string> Writes => Volatile.Read(ref _writes);

    public static async Task<ClusterStandIn> StartAsync()
    {
        var cluster = new ClusterStandIn();
        await cluster._https.StartAsync();
        return cluster;
    }

    /// <param name="name">Of the client, which is its token.</param>
    /// <param name="allowed">Null may do everything.</param>
    public KubernetesApi Connect(string name = "admin", Func<ClusterRequest, bool>? allowed = null)
    {
        lock (_lock)
            _roles[name] = allowed ?? (_ => true);
        return new KubernetesApi(new ApiServer(Address, () => [Authority], () => name), ApiServerStandIn.Impatient);
    }

    public JsonObject? Find(ResourcePath resource, string name) => Volatile.Read(ref _objects).GetValueOrDefault("/" + resource.Of(name));

    /// <summary>Makes or replaces an object, as somebody with kubectl.</summary>
    public void Put(ResourcePath resource, JsonObject content) =>
        Change(ClusterRequest.Of("update", $"/{resource.Of(ApiObject.Text(content, "metadata", "name")!)}"), content);

    public void Delete(ResourcePath resource, string name) => Change(ClusterRequest.Of("delete", $"/{resource.Of(name)}"), null);

    public async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        for (var changed = Changed(); !condition(); changed = Changed())
            await Task.WhenAny(changed, Task.Delay(50, patience.Token)).Unwrap();
    }

    public ValueTask DisposeAsync() => _https.DisposeAsync();

    private Task Changed()
    {
        lock (_lock)
            return _changed.Task;
    }

    private JsonObject Change(ClusterRequest where, JsonObject? content)
    {
        lock (_lock)
        {
            var stored = (JsonObject)(content ?? _objects[where.Path]).DeepClone();
            stored["metadata"]!["resourceVersion"] = (++_version).ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (where.Namespace is not null)
                stored["metadata"]!["namespace"] = where.Namespace;
            var type = content is null ? "DELETED" : _objects.ContainsKey(where.Path) ? "MODIFIED" : "ADDED";
            Volatile.Write(ref _objects, content is null ? _objects.Remove(where.Path) : _objects.SetItem(where.Path, stored));
            _events.Add((where, type, stored));
            Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            return stored;
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/version")
        {
            await (Version is { } version ? ApiServerStandIn.Json($$"""{"gitVersion":"{{version}}"}""")(context)
                : StatusAsync(context, 500, "etcdserver: no leader"));
            return;
        }
        var asked = ClusterRequest.Of(context.Request);
        var client = context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        var allowed = _roles[client](asked);
        if (!allowed)
            await StatusAsync(context, 403, $"{client} cannot {asked}");
        else if (asked.Verb == "watch")
            await WatchAsync(context, asked);
        else if (asked.Verb == "list")
            await ListAsync(context, asked);
        else if (asked.Verb == "get")
            await (_objects.TryGetValue(asked.Path, out var found) ? JsonAsync(context, found) : StatusAsync(context, 404, "not found"));
        else
            await WriteAsync(context, asked);
    }

    private async Task WriteAsync(HttpContext context, ClusterRequest asked)
    {
        var content = asked.Verb == "delete" ? null : (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var where = asked.Verb == "create" ? asked with { Path = $"{asked.Path}/{ApiObject.Text(content, "metadata", "name")}" } : asked;
        var (code, answer) = (0, (JsonObject?)null);
        lock (_lock)
        {
            var present = _objects.GetValueOrDefault(where.Path);
            var version = ApiObject.Text(content, "metadata", "resourceVersion");
            var isOld = version is not null && version != ApiObject.Text(present, "metadata", "resourceVersion");
            if (asked.Verb == "create" ? present is not null : isOld)
                code = 409;
            else if (asked.Verb != "create" && present is null)
                code = 404;
            else
            {
                _writes = _writes.Add($"{asked.Verb} {where.Path}");
                answer = Change(where, content);
            }
        }
        await (answer is null ? StatusAsync(context, code, "refused") : JsonAsync(context, answer));
    }

    private Task ListAsync(HttpContext context, ClusterRequest asked)
    {
        lock (_lock)
        {
            var items = _objects
                .Where(pair => asked.Selects(ClusterRequest.Of("get", pair.Key), pair.Value))
                .Select(pair => pair.Value.DeepClone());
            var list = new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["resourceVersion"] = _version.ToString(System.Globalization.CultureInfo.InvariantCulture),
                },
                ["items"] = new JsonArray([.. items]),
            };
            return JsonAsync(context, list);
        }
    }

    private async Task WatchAsync(HttpContext context, ClusterRequest asked)
    {
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var version = int.Parse(context.Request.Query["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            for (var next = 0; ;)
            {
                List<(ClusterRequest Where, string Type, JsonObject Object)> fresh;
                Task changed;
                lock (_lock)
                    (fresh, next, changed) = (_events[next..], _events.Count, _changed.Task);
                foreach (var (where, type, content) in fresh.Where(e => asked.Selects(e.Where, e.Object) && VersionOf(e.Object) > version))
                    await context.Response.WriteAsync(ApiServerStandIn.Event(type, content.ToJsonString()) + "\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await changed.WaitAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static int VersionOf(JsonObject content) =>
        int.Parse(ApiObject.Text(content, "metadata", "resourceVersion")!, System.Globalization.CultureInfo.InvariantCulture);

    private static Task JsonAsync(HttpContext context, JsonObject content) => ApiServerStandIn.Json(content.ToJsonString())(context);

    private static Task StatusAsync(HttpContext context, int code, string message) =>
        ApiServerStandIn.Json(new JsonObject { ["message"] = message }.ToJsonString(), code)(context);
}
