using MeshProxy.Kubernetes.Api;
using MeshProxy.Tests.Kubernetes.Support;
using Microsoft.AspNetCore.Http;
using static MeshProxy.Tests.Kubernetes.Support.ApiServerStandIn;

namespace MeshProxy.Tests.Kubernetes.Api;

public sealed class ResourceWatchTests
{
    /// <summary>As API server 1.34 sends it: status 200, and one line.</summary>
    private const string Expired =
        """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{}"""
        + ""","status":"Failure","message":"too old resource version: 1 (574)","reason":"Expired","code":410}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Objects_follow_the_events()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("10", "a", "b"));
        server.OnWatch(Open(
            Event("ADDED", Namespace("c", "11")), Event("DELETED", Namespace("a", "12")),
            Event("MODIFIED", Namespace("b", "13", "\"k\":\"v\"")), Event("BOOKMARK", """{"metadata":{"resourceVersion":"14"}}""")));
        await using var watch = new Following(server);
        await watch.UntilAsync(w => w.Current.ContainsKey("c") && w.Current.TryGetValue("b", out var b)
            && ApiObject.Annotations(b).Count == 1);
        Assert.Equal(["b", "c"], watch.Names);
    }

    [Fact]
    public async Task Watch_goes_on_where_the_last_one_ended()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("10", "a"));
        server.OnWatch(
            Lines(Event("ADDED", Namespace("b", "11")), Event("BOOKMARK", """{"metadata":{"resourceVersion":"20"}}""")),
            Open(Event("ADDED", Namespace("c", "21"))));
        await using var watch = new Following(server);
        await watch.UntilAsync(w => w.Current.ContainsKey("c"));
        Assert.Contains("resourceVersion=20", server.Requests.Last());
        Assert.Single(server.Requests, r => !r.Contains("watch="));
    }

    [Fact]
    public async Task Expired_watch_lists_again_and_forgets_what_is_gone()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("10", "a", "b"), Namespaces("600", "b", "d"));
        server.OnWatch(Lines(Event("ADDED", Namespace("c", "11")), Expired), Open());
        await using var watch = new Following(server);
        await watch.UntilAsync(w => w.Current.ContainsKey("d"));
        Assert.Equal(["b", "d"], watch.Names);
        await watch.UntilAsync(_ => server.Requests.Last().Contains("resourceVersion=600"));
    }

    [Fact]
    public async Task Expired_as_a_status_lists_again_too()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("10", "a"), Namespaces("11", "d"));
        server.OnWatch(Json("""{"message":"too old"}""", 410), Open());
        await using var watch = new Following(server);
        await watch.UntilAsync(w => w.Current.ContainsKey("d"));
    }

    [Fact]
    public async Task Version_that_the_server_never_reaches_is_given_up_after_three_refusals()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("900", "a"), Namespaces("20", "restored"));
        var tooLarge = Json("""{"message":"Too large resource version: 900, current: 20","reason":"Timeout"}""", 504);
        server.OnWatch(tooLarge, tooLarge, tooLarge, Open());
        await using var watch = new Following(server);
        await watch.UntilAsync(w => w.Current.ContainsKey("restored"));
        await watch.UntilAsync(_ => server.Requests.Last().Contains("resourceVersion=20"));
        Assert.Equal(3, server.Requests.Count(request => request.Contains("resourceVersion=900")));
        Assert.Equal(["restored"], watch.Names);
    }

    [Fact]
    public async Task Answer_that_nobody_reckoned_with_is_a_failure_and_not_the_end()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("10", "twice", "twice"), Namespaces("11", "a"));
        server.OnWatch(Open());
        await using var watch = new Following(server);
        await watch.UntilAsync(w => w.Current.ContainsKey("a"));
    }

    [Fact]
    public async Task Refused_token_leaves_what_is_known_and_is_overcome()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("10", "a"));
        server.OnWatch(
            Json("""{"message":"Unauthorized"}""", 401),
            Json("""{"message":"Unauthorized"}""", 401),
            Open(Event("ADDED", Namespace("b", "11"))));
        await using var watch = new Following(server);
        await watch.UntilAsync(w => w.Failure is { Kind: ApiFailureKind.Unauthorized });
        Assert.Equal(["a"], watch.Names);
        await watch.UntilAsync(w => w.Failure is null && w.Current.ContainsKey("b"));
    }

    [Fact]
    public async Task Silent_watch_is_given_up_and_opened_anew()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("10", "a"));
        server.OnWatch(Open(), Open(Event("ADDED", Namespace("b", "11"))));
        var timeouts = Impatient with { Watch = TimeSpan.FromSeconds(0.1), Request = TimeSpan.FromSeconds(2) };
        await using var watch = new Following(server, timeouts);
        await watch.UntilAsync(w => w.Current.ContainsKey("b"));
    }

    [Fact]
    public async Task Connection_cut_in_a_line_loses_nothing()
    {
        await using var server = await StartAsync();
        server.OnList(Namespaces("10", "a"));
        var arrived = new TaskCompletionSource();
        server.OnWatch(
            async context =>
            {
                await context.Response.WriteAsync(Event("ADDED", Namespace("b", "11")) + "\n{\"type\":\"ADD");
                await context.Response.Body.FlushAsync();
                await arrived.Task;
                context.Abort();
            },
            Open(Event("ADDED", Namespace("c", "12"))));
        await using var watch = new Following(server);
        await watch.UntilAsync(w => w.Current.ContainsKey("b"));
        arrived.SetResult();
        await watch.UntilAsync(w => w.Current.ContainsKey("c"));
        Assert.Equal(["a", "b", "c"], watch.Names);
    }

    /// <summary>A watch under way, and its end.</summary>
    private sealed class Following : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly SemaphoreSlim _changed = new(0);
        private readonly KubernetesApi _api;
        private readonly ResourceWatch _watch;
        private readonly Task _run;

        public Following(ApiServerStandIn server, ApiTimeouts? timeouts = null)
        {
            _api = server.Connect(timeouts);
            _watch = new ResourceWatch(_api, ResourcePath.Namespaces);
            _watch.Changed += () => _changed.Release();
            _run = _watch.RunAsync(_end.Token);
        }

        public IEnumerable<string> Names => _watch.Current.Keys.Order(StringComparer.Ordinal);

        public async Task UntilAsync(Func<ResourceWatch, bool> condition)
        {
            using var impatience = new CancellationTokenSource(Patience);
            while (!condition(_watch))
                await _changed.WaitAsync(TimeSpan.FromMilliseconds(50), impatience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _run;
            _api.Dispose();
            _end.Dispose();
            _changed.Dispose();
        }
    }
}
