using System.Threading.Channels;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Tests.Kubernetes.Support;
using static MeshProxy.Tests.Kubernetes.Support.ApiServerStandIn;

namespace MeshProxy.Tests.Kubernetes.Api;

public sealed class ClusterVersionWatchTests
{
    private const string Nodes129 = """{"items":[{"status":{"nodeInfo":{"kubeletVersion":"v1.29.4+k3s1"}}}]}""";
    private const string Nodes128 =
        """{"items":[{"status":{"nodeInfo":{"kubeletVersion":"v1.31.0"}}},{"status":{"nodeInfo":{"kubeletVersion":"v1.28.9"}}}]}""";

    [Fact]
    public async Task Nothing_is_known_before_the_server_answers_and_it_is_asked_until_it_does()
    {
        await using var server = await StartAsync();
        server.OnList(
            Json("""{"message":"no leader"}""", 500), Json("[]"), Version("1.31.0"), Json("""{"message":"no leader"}""", 500),
            Version("1.31.0"), Json(Nodes128));
        await using var watch = new Looking(server);
        Assert.Equal(new ClusterVersion(1, 28), await watch.NextAsync());
        Assert.Equal(3, watch.Failures);
    }

    [Fact]
    public async Task Server_s_version_has_to_do_without_the_role_for_nodes()
    {
        await using var server = await StartAsync();
        server.OnList(Version("1.28.3"), Json("""{"message":"forbidden"}""", 403));
        await using var watch = new Looking(server);
        Assert.False((await watch.NextAsync()).HasNativeSidecars);
    }

    [Fact]
    public async Task Update_of_the_cluster_is_seen_and_a_failure_leaves_what_is_known()
    {
        await using var server = await StartAsync();
        server.OnList(
            Version("1.29.1"), Json(Nodes128), Json("""{"message":"no leader"}""", 500), Version("1.29.1"), Json(Nodes129));
        await using var watch = new Looking(server);
        Assert.False((await watch.NextAsync()).HasNativeSidecars);
        Assert.True((await watch.NextAsync()).HasNativeSidecars);
        Assert.Equal(1, watch.Failures);
    }

    private static Func<Microsoft.AspNetCore.Http.HttpContext, Task> Version(string version) => Json($$"""{"gitVersion":"v{{version}}"}""");

    private sealed class Looking : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Channel<ClusterVersion> _seen = Channel.CreateUnbounded<ClusterVersion>();
        private readonly KubernetesApi _api;
        private readonly Task _run;

        public Looking(ApiServerStandIn server)
        {
            _api = server.Connect();
            var watch = new ClusterVersionWatch(_api, TimeSpan.FromMilliseconds(20));
            watch.Changed += version => _seen.Writer.TryWrite(version);
            watch.Failed += _ => Failures++;
            _run = watch.RunAsync(_end.Token);
        }

        public int Failures { get; private set; }

        public async Task<ClusterVersion> NextAsync()
        {
            using var impatience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            return await _seen.Reader.ReadAsync(impatience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _run;
            _api.Dispose();
            _end.Dispose();
        }
    }
}
