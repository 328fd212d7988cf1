using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Kubernetes.Webhook;
using MeshProxy.Tests.Kubernetes.Support;
using MeshProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeshProxy.Tests.Kubernetes.Webhook;

public sealed class WebhookServerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _authority = new();
    private readonly WebhookMetrics _metrics = new();
    private readonly List<string> _refused = [];
    private readonly WebhookGate _gate;
    private volatile bool _isKnown = true;
    private WebhookServer _server = null!;
    private HttpClient _http = null!;
    private Uri _review = null!, _admin = null!;

    public WebhookServerTests() => _gate = new WebhookGate(() => _isKnown);

    public async Task InitializeAsync()
    {
        Swap("first");
        var certificate = new CertificateFiles(_folder.PathOf("..data/tls.crt"), _folder.PathOf("..data/tls.key"), _refused.Add);
        Assert.True(certificate.TryLoad(out var cause), cause);
        var handler = new AdmissionHandler(new UnknownNamespaces("nobody to ask"), () =>
            new InjectionSettings("1.2.3", "webhook"));
        var endpoint = new WebhookEndpoint(handler, _metrics, _gate, page => page.Write("page\n"u8), NullLoggerFactory.Instance);
        var anywhere = new IPEndPoint(IPAddress.Loopback, 0);
        _server = new WebhookServer(anywhere, anywhere, certificate, endpoint, NullLoggerFactory.Instance);
        await _server.StartAsync();
        _review = _server.Addresses.Single(address => address.Scheme == "https");
        _admin = _server.Addresses.Single(address => address.Scheme == "http");
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true }
        });
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Review_over_https_is_answered()
    {
        using var answer = await PostAsync(await File.ReadAllTextAsync(Path.Combine(ReviewCase.FolderOf("Reviews"),
            "pod-of-deployment.json")));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"uid\":\"d1cafc9d-f528-4f44-9d2d-a95343659d01\",\"allowed\":true,\"patchType\":\"JSONPatch\"", text);
        Assert.Contains("the settings of namespace demo could not be read: nobody to ask", text);
        Assert.Equal((1, 1), (_metrics.Count(AdmissionResult.Injected), _metrics.Warnings));
    }

    [Theory]
    [InlineData("", "the body is not JSON")]
    [InlineData("[1]", "is not an AdmissionReview")]
    [InlineData("{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1beta1\"}",
        "is not an AdmissionReview of admission.k8s.io/v1")]
    [InlineData("{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{}}", "request.uid is missing")]
    public async Task What_is_no_review_is_told(string body, string reason)
    {
        using var answer = await PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync());
        Assert.Equal(1, _metrics.Count(AdmissionResult.Invalid));
    }

    [Fact]
    public async Task Body_of_more_than_ten_mebibytes_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_review, "/mutate"))
        {
            Content = new StringContent($"{{\"kind\":\"{new string('x', 10 << 20)}\"}}"),
            Headers = { ExpectContinue = true },
        };
        using var answer = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Probes_and_scrapes_come_in_plain_and_reviews_do_not()
    {
        Assert.Equal("ready\n", await _http.GetStringAsync(new Uri(_admin, "/ready")));
        Assert.Equal("page\n", await _http.GetStringAsync(new Uri(_admin, "/metrics")));
        using var review = await _http.PostAsync(new Uri(_admin, "/mutate"), new StringContent("{}"));
        Assert.Equal(HttpStatusCode.Forbidden, review.StatusCode);
    }

    [Fact]
    public async Task Nothing_is_answered_before_the_cluster_is_known()
    {
        _isKnown = false;
        using var ready = await _http.GetAsync(new Uri(_admin, "/ready"));
        using var review = await PostAsync("{}");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (ready.StatusCode, review.StatusCode));
        Assert.StartsWith("starting: ", await review.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Webhook_that_closes_is_not_ready_and_answers_all_the_same()
    {
        _gate.Close();
        using var ready = await _http.GetAsync(new Uri(_admin, "/ready"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "stopping\n"), (ready.StatusCode, await ready.Content.ReadAsStringAsync()));
        using var review = await PostAsync(new ReviewCase("pod-of-deployment").Review().ToJsonString());
        Assert.Equal(HttpStatusCode.OK, review.StatusCode);
        Assert.True(review.Headers.ConnectionClose);
    }

    [Fact]
    public async Task New_certificate_is_shown_without_a_restart_and_a_broken_one_never()
    {
        Assert.Equal("CN=first", await ShownAsync());
        Swap("second");
        await UntilShownAsync("CN=second");
        Swap("third", certificateOnly: true);
        await UntilAsync(async () => await ShownAsync() is var shown && Assert.IsType<string>(shown) == "CN=second" && _refused.Count > 0);
        Swap("fourth");
        await UntilShownAsync("CN=fourth");
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        _http.PostAsync(new Uri(_review, "/mutate?timeout=5s"), new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>As the kubelet does it in a projected volume: a new folder, and a link that is renamed over the old one.</summary>
    private void Swap(string subject, bool certificateOnly = false)
    {
        using var certificate = _authority.Issue(subject);
        using var other = _authority.Issue(subject);
        var folder = Directory.CreateDirectory(_folder.PathOf($"..{subject}")).FullName;
        File.WriteAllText(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "tls.key"),
            (certificateOnly ? other : certificate).GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var link = _folder.PathOf("..data_tmp");
        File.CreateSymbolicLink(link, folder);
        // rename(2) of a link to a folder, which File.Move takes for the folder.
        using var move = Process.Start("mv", ["-T", link, _folder.PathOf("..data")]);
        move.WaitForExit();
        Assert.Equal(0, move.ExitCode);
    }

    private Task UntilShownAsync(string subject) => UntilAsync(async () => await ShownAsync() == subject);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20), "it did not come to be");
            await Task.Delay(50);
        }
    }

    private async Task<string> ShownAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _review.Port);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls.RemoteCertificate!.Subject;
    }
}
