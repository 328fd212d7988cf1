using MeshProxy.Kubernetes.Api;
using MeshProxy.Tests.Kubernetes.Support;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Api;

public sealed class KubernetesApiTests
{
    private static readonly ApiTimeouts Hasty = ApiServerStandIn.Impatient with { Request = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task Object_is_read_with_the_token_of_that_moment()
    {
        await using var server = await ApiServerStandIn.StartAsync();
        using var api = server.Connect();
        server.OnList(ApiServerStandIn.Json("""{"metadata":{"name":"a"}}"""), ApiServerStandIn.Json("""{"metadata":{"name":"b"}}"""));
        var first = await api.GetAsync(ResourcePath.Namespaces, "a", default);
        server.Token = "second";
        var second = await api.GetAsync(ResourcePath.Pods.In("shop"), "b", default);
        Assert.Equal(["a", "b"], [ApiObject.FullName(first.Value), ApiObject.FullName(second.Value)]);
        Assert.Equal(["Bearer first", "Bearer second"], server.Tokens);
        Assert.Equal(["GET /api/v1/namespaces/a", "GET /api/v1/namespaces/shop/pods/b"], server.Requests);
    }

    [Fact]
    public async Task List_is_read_page_by_page()
    {
        await using var server = await ApiServerStandIn.StartAsync();
        using var api = server.Connect();
        server.OnList(
            ApiServerStandIn.Json("""{"metadata":{"resourceVersion":"7","continue":"a b"},"items":[{"metadata":{"name":"one"}}]}"""),
            ApiServerStandIn.Json("""{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"two"}}]}"""));
        var list = await api.ListAsync(ResourcePath.Namespaces, "mesh=on");
        Assert.Equal(["one", "two"], list.Value!.Items.Select(ApiObject.FullName));
        Assert.Equal("7", list.Value.Version);
        Assert.Contains("labelSelector=mesh%3Don&continue=a%20b", server.Requests.Last());
    }

    [Theory]
    [InlineData(401, ApiFailureKind.Unauthorized)]
    [InlineData(403, ApiFailureKind.Forbidden)]
    [InlineData(404, ApiFailureKind.NotFound)]
    [InlineData(409, ApiFailureKind.Conflict)]
    [InlineData(410, ApiFailureKind.Expired)]
    [InlineData(429, ApiFailureKind.Busy)]
    [InlineData(500, ApiFailureKind.Refused)]
    public async Task Status_is_a_value_with_the_server_s_reason(int status, ApiFailureKind kind)
    {
        await using var server = await ApiServerStandIn.StartAsync();
        using var api = server.Connect();
        server.OnList(ApiServerStandIn.Json("""{"kind":"Status","message":"because of it"}""", status));
        var failure = (await api.GetAsync(ResourcePath.Namespaces, "a", default)).Failure;
        Assert.Equal(kind, failure!.Kind);
        Assert.StartsWith($"GET /api/v1/namespaces/a: {status} because of it", failure.Cause);
    }

    [Fact]
    public async Task Hanging_server_is_given_up()
    {
        await using var server = await ApiServerStandIn.StartAsync();
        using var api = server.Connect(Hasty);
        var failure = (await api.GetAsync(ResourcePath.Namespaces, "a", default)).Failure;
        Assert.Equal(ApiFailureKind.TimedOut, failure!.Kind);
    }

    [Fact]
    public async Task Page_that_is_no_json_is_a_value()
    {
        await using var server = await ApiServerStandIn.StartAsync();
        using var api = server.Connect();
        server.OnList(ApiServerStandIn.Json("<html>"), ApiServerStandIn.Json("<html>", 502));
        Assert.Equal(ApiFailureKind.BadAnswer, (await api.GetAsync("version", default)).Failure!.Kind);
        Assert.Equal("GET /version: 502 status 502", (await api.GetAsync("version", default)).Failure!.Cause);
    }

    [Fact]
    public async Task Server_of_another_authority_is_not_believed()
    {
        await using var server = await ApiServerStandIn.StartAsync();
        using var others = new TestCertificates();
        using var api = new KubernetesApi(new ApiServer(server.Address, () => [others.Authority]));
        var failure = (await api.GetAsync("version", default)).Failure;
        Assert.Equal(ApiFailureKind.Unreachable, failure!.Kind);
        Assert.Contains("authority", failure.Cause);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Nobody_listening_is_a_value()
    {
        using var api = new KubernetesApi(new ApiServer(new Uri("https://127.0.0.1:1")));
        Assert.Equal(ApiFailureKind.Unreachable, (await api.GetAsync("version", default)).Failure!.Kind);
    }

    [Fact]
    public async Task Service_account_speaks_to_the_cluster_it_is_given()
    {
        await using var server = await ApiServerStandIn.StartAsync();
        using var folder = new TemporaryFolder();
        folder.Write("token", "mounted\n");
        folder.Write("namespace", "mesh");
        folder.Write("ca.crt", server.Authority.ExportCertificatePem());
        var environment = new Dictionary<string, string>
        {
            ["KUBERNETES_SERVICE_HOST"] = server.Address.Host,
            ["KUBERNETES_SERVICE_PORT"] = $"{server.Address.Port}",
        };
        Assert.True(ServiceAccount.InCluster(environment.GetValueOrDefault, folder.Path).Has(out var cluster, out _));
        using var api = new KubernetesApi(cluster);
        server.OnList(ApiServerStandIn.Json("""{"gitVersion":"v1.34.9"}"""));
        Assert.Equal("v1.34.9", ApiObject.Text((await api.GetAsync("version", default)).Value, "gitVersion"));
        Assert.Equal(["Bearer mounted"], server.Tokens);
        Assert.Equal("mesh", ServiceAccount.OwnNamespace(folder.Path));
    }

    [Fact]
    public void Missing_service_account_is_named()
    {
        Assert.Contains("KUBERNETES_SERVICE_HOST", ServiceAccount.InCluster(_ => null, "/nowhere").Failure!.Cause);
        Assert.Contains("/nowhere/token", ServiceAccount.InCluster(_ => "10.0.0.1", "/nowhere").Failure!.Cause);
    }
}
