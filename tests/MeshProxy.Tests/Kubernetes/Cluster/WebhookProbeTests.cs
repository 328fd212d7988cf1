using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Cluster;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Kubernetes.Webhook;
using MeshProxy.Tests.Kubernetes.Support;
using MeshProxy.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeshProxy.Tests.Kubernetes.Cluster;

/// <summary>The review that a look at a cluster sends, to the webhook itself and to servers that are not as it should be.</summary>
public sealed class WebhookProbeTests
{
    [Fact]
    public async Task Webhook_that_is_reached_answers_and_is_believed()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestCertificates();
        using var issued = authority.Issue();
        File.WriteAllText(folder.PathOf("tls.crt"), issued.ExportCertificatePem());
        File.WriteAllText(folder.PathOf("tls.key"), issued.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var certificate = new CertificateFiles(folder.PathOf("tls.crt"), folder.PathOf("tls.key"), _ => { });
        Assert.True(certificate.TryLoad(out var cause), cause);
        var metrics = new WebhookMetrics();
        var handler = new AdmissionHandler(new UnknownNamespaces("nobody to ask"), () => new InjectionSettings("1.2.3", "webhook"));
        var endpoint = new WebhookEndpoint(handler, metrics, new WebhookGate(() => true), _ => { }, NullLoggerFactory.Instance);
        var anywhere = new IPEndPoint(IPAddress.Loopback, 0);
        await using var server = new WebhookServer(anywhere, anywhere, certificate, endpoint, NullLoggerFactory.Instance);
        await server.StartAsync();

        var report = await AskAsync(server.Addresses.Single(address => address.Scheme == "https"), authority.Authority);

        Assert.Empty(report.Findings);
        Assert.EndsWith("answers, with a certificate that the API server believes for 0 days", Assert.Single(report.Facts));
        Assert.Equal(1, Enum.GetValues<AdmissionResult>().Sum(metrics.Count));
    }

    [Fact]
    public async Task Certificate_that_the_bundle_does_not_vouch_for_is_found()
    {
        await using var server = await StartAsync(AgreeAsync);
        using var other = new TestCertificates();
        var finding = Assert.Single((await AskAsync(server.Address, other.Authority)).Findings);
        Assert.Contains("does not vouch for the certificate that it serves", finding.What);
        Assert.Contains("create job", finding.Mend);
    }

    [Fact]
    public async Task Certificate_that_has_ended_is_found()
    {
        await using var server = await StartAsync(AgreeAsync, DateTimeOffset.UtcNow.AddMinutes(-1));
        Assert.Contains("has ended 0 days ago", Assert.Single((await AskAsync(server.Address, server.Authority)).Findings).What);
    }

    /// <summary>127.0.0.1 is in the certificate; the same by IPv6's way of writing it is not.</summary>
    [Fact]
    public async Task Certificate_for_another_name_is_found()
    {
        await using var server = await StartAsync(AgreeAsync);
        var another = new UriBuilder(server.Address) { Host = "[::ffff:127.0.0.1]" }.Uri;
        Assert.Contains("is for another name", Assert.Single((await AskAsync(another, server.Authority)).Findings).What);
    }

    [Theory]
    [InlineData(500, "", "status 500")]
    [InlineData(200, """{"response":{"uid":"other","allowed":true} }""", "not one to this review")]
    [InlineData(200, "hello", "invalid")]
    public async Task Answer_that_is_none_is_found(int status, string body, string cause)
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        });
        Assert.Contains(cause, Assert.Single((await AskAsync(server.Address, server.Authority)).Findings).What);
    }

    [Fact]
    public async Task What_is_not_reached_from_here_is_a_note_and_no_finding()
    {
        using var authority = new TestCertificates();
        var report = await AskAsync(Webhook(
            "\"service\":{\"name\":\"w\",\"namespace\":\"nowhere\",\"path\":\"/mutate\"}", authority.Authority));
        Assert.Empty(report.Findings);
        Assert.Empty(report.Facts);
        Assert.StartsWith("webhook https://w.nowhere.svc/mutate is not reached from here", Assert.Single(report.Notes));
    }

    private static async Task AgreeAsync(HttpContext context)
    {
        var review = (await JsonNode.ParseAsync(context.Request.Body))!;
        var response = new JsonObject { ["uid"] = review["request"]!["uid"]!.DeepClone(), ["allowed"] = true };
        await context.Response.WriteAsync(new JsonObject { ["response"] = response }.ToJsonString());
    }

    private static async Task<HttpsStandIn> StartAsync(RequestDelegate answer, DateTimeOffset? until = null)
    {
        var server = new HttpsStandIn(answer, until);
        await server.StartAsync();
        return server;
    }

    private static Task<ClusterReport> AskAsync(Uri address, X509Certificate2 authority) =>
        AskAsync(Webhook($"\"url\":\"{new Uri(address, "/mutate")}\"", authority));

    private static async Task<ClusterReport> AskAsync(JsonObject webhook)
    {
        var report = new ReportBuilder();
        await new WebhookProbe(report, TimeProvider.System).AskAsync(webhook, CancellationToken.None);
        return report.Report();
    }

    private static JsonObject Webhook(string client, X509Certificate2 authority)
    {
        var bundle = Convert.ToBase64String(Encoding.ASCII.GetBytes(authority.ExportCertificatePem()));
        return JsonNode.Parse($$"""{"clientConfig":{ {{client}},"caBundle":"{{bundle}}"} }""")!.AsObject();
    }
}
