using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Tests.Deploy;
using MeshProxy.Tests.Kubernetes.Support;
using MeshProxy.Tests.Kubernetes.Webhook;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Commands;

/// <summary>The webhook as the chart starts it: a process with a service account of the chart's roles, and its API server.</summary>
public sealed class WebhookCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _authority = new();
    private ClusterStandIn _cluster = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _cluster = await ClusterStandIn.StartAsync();
        _cluster.Connect("webhook", ChartRoles.Of("meshproxy-webhook")).Dispose();
        _folder.Write("token", "webhook");
        _folder.Write("ca.crt", _cluster.Authority.ExportCertificatePem());
        _folder.Write("namespace", "meshproxy");
        using var certificate = _authority.Issue();
        _folder.Write("tls.crt", certificate.ExportCertificatePem());
        _folder.Write("tls.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _cluster.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Pod_is_answered_by_what_the_cluster_says_from_start_to_stop()
    {
        _cluster.Put(ResourcePath.Namespaces, JsonNode.Parse(
            """
            {"metadata":{"name":"demo","labels":{"meshproxy.io/inject":"enabled"},
             "annotations":{"config.meshproxy.io/access-log":"json"} } }
            """)!.AsObject());
        _cluster.Version = null;
        using var webhook = Start("--controller", "--lame-duck=1h");
        var (review, admin) = await AddressesAsync(webhook);
        await webhook.LineAsync("the cluster's version cannot be read, known is nothing; not ready until it is");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(admin));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(review)).Status);

        _cluster.Version = "v1.28.4";
        await webhook.LineAsync("Kubernetes 1.28: sidecars are classic");
        await UntilAsync(admin, HttpStatusCode.OK);
        var (status, answer) = await AskAsync(review);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(answer!.Names("containers"), name => name == "meshproxy-proxy");
        Assert.Equal("json", answer.Variable("MESHPROXY_LOG__ACCESS"));
        Assert.Empty(answer.Warnings);
        await _cluster.UntilAsync(() => _cluster.Find(ResourcePath.ConfigMaps.In("demo"), "meshproxy-egress") is not null);

        await webhook.SignalAsync("TERM");
        await UntilAsync(admin, HttpStatusCode.ServiceUnavailable);
        (status, answer) = await AskAsync(review);
        Assert.Equal((HttpStatusCode.OK, true), (status, answer!.IsAllowed));
        await webhook.SignalAsync("TERM");
        Assert.Equal(0, (await webhook.ExitAsync()).Code);
    }

    [Fact]
    public async Task Review_under_way_when_the_webhook_stops_is_answered()
    {
        using var webhook = Start("--lame-duck=1s");
        var (review, admin) = await AddressesAsync(webhook);
        await UntilAsync(admin, HttpStatusCode.OK);
        var (body, rest) = (ReviewText(), new TaskCompletionSource());
        var asked = _http.PostAsync(new Uri(review, "/mutate"), new TwoParts(body[..100], rest.Task, body[100..]));
        await webhook.SignalAsync("TERM");
        // The lame duck is over, and nobody new gets in.
        await UntilAsync(() => IsClosedAsync(admin));
        rest.SetResult();
        using var answer = await asked;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, (await webhook.ExitAsync()).Code);
    }

    [Fact]
    public async Task Version_that_is_given_is_not_asked_for()
    {
        _cluster.Version = null;
        using var webhook = Start("--kubernetes=1.28", "--lame-duck=0");
        var (review, admin) = await AddressesAsync(webhook);
        await UntilAsync(admin, HttpStatusCode.OK);
        var (_, answer) = await AskAsync(review);
        Assert.Contains(answer!.Names("containers"), name => name == "meshproxy-proxy");
        await webhook.SignalAsync("TERM");
        Assert.Equal(0, (await webhook.ExitAsync()).Code);
    }

    private SidecarProcess Start(params string[] arguments) => SidecarProcess.Start(_folder.Path,
    [
        "webhook", "--listen=127.0.0.1:0", "--admin=127.0.0.1:0",
        $"--certificate={_folder.PathOf("tls.crt")}", $"--key={_folder.PathOf("tls.key")}",
        $"--service-account={_folder.Path}", .. arguments,
    ], ("KUBERNETES_SERVICE_HOST", "127.0.0.1"), ("KUBERNETES_SERVICE_PORT", $"{_cluster.Address.Port}"));

    private static async Task<(Uri Review, Uri Admin)> AddressesAsync(SidecarProcess webhook)
    {
        var line = await webhook.LineAsync("answering at ");
        return (Found("https"), Found("http"));

        Uri Found(string scheme) => new(Regex.Match(line, $@"{scheme}://[0-9.:]+").Value);
    }

    private static string ReviewText() => File.ReadAllText(Path.Combine(ReviewCase.FolderOf("Reviews"), "pod-of-deployment.json"));

    private async Task<(HttpStatusCode Status, ReviewAnswer? Answer)> AskAsync(Uri review)
    {
        var text = ReviewText();
        using var answer = await _http.PostAsync(new Uri(review, "/mutate"), new StringContent(text, Encoding.UTF8, "application/json"));
        if (!answer.IsSuccessStatusCode)
            return (answer.StatusCode, null);
        var pod = JsonNode.Parse(text)!["request"]!["object"]!.AsObject();
        return (answer.StatusCode, new ReviewAnswer(pod, "", JsonNode.Parse(await answer.Content.ReadAsStringAsync())!));
    }

    private async Task<HttpStatusCode> StatusAsync(Uri admin)
    {
        using var answer = await _http.GetAsync(new Uri(admin, "/ready"));
        return answer.StatusCode;
    }

    private Task UntilAsync(Uri admin, HttpStatusCode status) => UntilAsync(async () => await StatusAsync(admin) == status);

    private static async Task<bool> IsClosedAsync(Uri address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
            await Task.Delay(20, patience.Token);
    }

    private sealed class TwoParts(string first, Task between, string second) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(first));
            await stream.FlushAsync();
            await between;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(second));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }
}
