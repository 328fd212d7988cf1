using System.Security.Cryptography.X509Certificates;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;
using MeshProxy.Tests.Deploy;
using MeshProxy.Tests.Kubernetes.Support;

namespace MeshProxy.Tests.Kubernetes.Controller;

/// <summary>With the roles and the webhook configuration of the chart.</summary>
public sealed class CertificateRenewalTests : IAsyncLifetime
{
    private const string Name = "meshproxy-webhook.meshproxy.svc";
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private readonly Clock _clock = new();
    private ClusterStandIn _cluster = null!;
    private KubernetesApi _api = null!;

    public async Task InitializeAsync()
    {
        _cluster = await ClusterStandIn.StartAsync();
        _cluster.Put(ResourcePath.MutatingWebhooks,
            HelmChart.Objects().Single(o => ApiObject.Text(o, "kind") == "MutatingWebhookConfiguration"));
        _api = _cluster.Connect("certificate", ChartRoles.Of("meshproxy-certificate"));
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task First_run_makes_a_certificate_that_the_api_server_believes()
    {
        var done = await RunAsync();
        Assert.Equal(2, done.Length);
        Assert.True(Certificate.MatchesHostname(Name));
        Assert.True(WebhookCertificate.IsSignedBy(Certificate, Bundle));
        Assert.Equal(SecretText("ca.crt"), Bundle);
        Assert.Equal(_clock.Now.AddDays(365), Certificate.NotAfter.ToUniversalTime(), TimeSpan.FromMinutes(1));
        using var pair = X509Certificate2.CreateFromPem(SecretText("tls.crt"), SecretText("tls.key"));
        Assert.True(pair.HasPrivateKey);
    }

    [Fact]
    public async Task Second_run_changes_nothing()
    {
        await RunAsync();
        var writes = _cluster.Writes;
        Assert.Empty(await RunAsync());
        Assert.Equal(writes, _cluster.Writes);
    }

    [Fact]
    public async Task Certificate_is_renewed_before_its_end_and_the_old_one_is_believed_until_the_next_run()
    {
        await RunAsync();
        var old = Certificate;
        _clock.Now = _clock.Now.AddDays(310);
        await RunAsync();
        Assert.NotEqual(old.SerialNumber, Certificate.SerialNumber);
        Assert.True(WebhookCertificate.IsSignedBy(old, Bundle));
        Assert.True(WebhookCertificate.IsSignedBy(Certificate, Bundle));
        // The API server is told before the webhook has it.
        Assert.EndsWith("meshproxy-webhook", _cluster.Writes[^2]);
        Assert.EndsWith("meshproxy-webhook-tls", _cluster.Writes[^1]);
        await RunAsync();
        Assert.False(WebhookCertificate.IsSignedBy(old, Bundle));
        Assert.True(WebhookCertificate.IsSignedBy(Certificate, Bundle));
    }

    [Fact]
    public async Task Lost_bundle_is_written_again_without_a_new_certificate()
    {
        await RunAsync();
        var before = Certificate.SerialNumber;
        _cluster.Put(ResourcePath.MutatingWebhooks,
            HelmChart.Objects().Single(o => ApiObject.Text(o, "kind") == "MutatingWebhookConfiguration"));
        Assert.Single(await RunAsync());
        Assert.Equal(before, Certificate.SerialNumber);
        Assert.True(WebhookCertificate.IsSignedBy(Certificate, Bundle));
    }

    [Fact]
    public async Task Two_runs_at_once_end_with_one_certificate_that_is_believed()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync()));
        await RunAsync();
        Assert.Equal(SecretText("ca.crt"), Bundle);
        Assert.True(WebhookCertificate.IsSignedBy(Certificate, Bundle));
    }

    [Fact]
    public async Task Missing_configuration_is_said()
    {
        _cluster.Delete(ResourcePath.MutatingWebhooks, "meshproxy-webhook");
        var (_, failure) = await Renewal().RunAsync(CancellationToken.None);
        Assert.Equal(ApiFailureKind.NotFound, failure?.Kind);
        Assert.Null(_cluster.Find(ResourcePath.Secrets.In("meshproxy"), "meshproxy-webhook-tls"));
    }

    private X509Certificate2 Certificate => X509Certificate2.CreateFromPem(SecretText("tls.crt"));

    private string Bundle => ApiObject.Decoded(ApiObject.Items(
        _cluster.Find(ResourcePath.MutatingWebhooks, "meshproxy-webhook"), "webhooks").Single(), "clientConfig", "caBundle");

    private string SecretText(string name) =>
        ApiObject.Decoded(_cluster.Find(ResourcePath.Secrets.In("meshproxy"), "meshproxy-webhook-tls"), "data", name);

    private CertificateRenewal Renewal() => new(
        _api,
        new CertificateSettings(
            "meshproxy", "meshproxy-webhook", "meshproxy-webhook-tls", "meshproxy-webhook", Year, TimeSpan.FromDays(60)),
        _clock);

    private async Task<string[]> RunAsync()
    {
        var (done, failure) = await Renewal().RunAsync(CancellationToken.None);
        Assert.Null(failure);
        return [.. done];
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
