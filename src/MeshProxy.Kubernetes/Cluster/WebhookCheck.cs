using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>Whether the API server would reach the webhook, and believe it.</summary>
internal sealed class WebhookCheck(ReportBuilder report, TimeProvider time)
{
    /// <summary>A renewal that fails has been told for a month by then.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    private const string Renewal = "kubectl --namespace {0} create job --from=cronjob/meshproxy-certificate renew, or see cert-manager";

    public IEnumerable<(JsonObject Configuration, JsonObject Webhook)> Webhooks(IReadOnlyCollection<JsonObject> configurations)
    {
        var found = configurations.SelectMany(c => ApiObject.Items(c, "webhooks").Select(webhook => (c, webhook))).ToList();
        if (found.Count == 0)
            report.Find(
                "no webhook is registered, so no pod gets a sidecar", "MutatingWebhookConfiguration",
                "install the chart, or deploy/manifests");
        return found;
    }

    public void LookAtEndpoints(IEnumerable<JsonObject> slices, string where)
    {
        // A condition that is not given counts as true: discovery.k8s.io/v1.
        var ready = slices.SelectMany(slice => ApiObject.Items(slice, "endpoints"))
            .Select(endpoint => ApiObject.Field(endpoint, "conditions"))
            .Count(conditions => ApiObject.Field(conditions, "ready") is null || ApiObject.IsTrue(conditions, "ready"));
        if (ready == 0)
            report.Find(
                "no webhook is ready: pods of meshed namespaces cannot start", where, "see its Deployment's pods: kubectl describe, logs");
        else
            report.Fact($"{where} has {ready} ready endpoints");
    }

    /// <summary>What the webhook's pods mount; null where there is none.</summary>
    public static string? SecretOf(IEnumerable<JsonObject> pods, string space) => pods
        .Where(pod => ApiObject.Text(pod, "metadata", "namespace") == space
            && ApiObject.Labels(pod).GetValueOrDefault("app.kubernetes.io/component") == "webhook")
        .SelectMany(pod => ApiObject.Items(pod, "spec", "volumes"))
        .Select(volume => ApiObject.Text(volume, "secret", "secretName"))
        .FirstOrDefault(name => name is not null);

    /// <param name="secret">Empty where no pod mounts one: then there is nothing to say.</param>
    public void LookAtCertificate(JsonObject configuration, JsonObject webhook, ApiResult<JsonObject> secret, string host)
    {
        var where = $"MutatingWebhookConfiguration {ApiObject.FullName(configuration)}";
        var mend = Renew(webhook);
        var bundle = ApiObject.Decoded(webhook, "clientConfig", "caBundle");
        if (bundle.Length == 0)
            report.Find($"webhook {ApiObject.Text(webhook, "name")} has no caBundle: the API server does not believe it", where, mend);
        if (secret.Failure is { } failure)
            report.Find(
                $"the webhook's certificate cannot be looked at: {failure.Cause}", where, "use credentials that may get its Secret");
        else if (secret.Value is { } found)
            LookAtSecret(found, bundle, host, mend);
    }

    private void LookAtSecret(JsonObject secret, string bundle, string host, string mend)
    {
        var where = $"Secret {ApiObject.FullName(secret)}";
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(ApiObject.Decoded(secret, "data", "tls.crt"));
            var left = certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
            if (left <= TimeSpan.Zero)
                report.Find($"the webhook's certificate has ended {Days(-left)} ago", where, mend);
            else if (left < Soon)
                report.Find($"the webhook's certificate ends in {Days(left)}, and was not renewed", where, mend);
            else
                report.Fact($"the webhook's certificate is valid for {Days(left)}");
            if (!certificate.MatchesHostname(host))
                report.Find($"the webhook's certificate is not for {host}", where, mend);
            if (bundle.Length > 0 && !WebhookCertificate.IsSignedBy(certificate, bundle))
                report.Find("the caBundle does not vouch for the webhook's certificate", where, mend);
        }
        catch (CryptographicException e)
        {
            report.Find($"the webhook's certificate cannot be read: {e.Message}", where, mend);
        }
    }

    /// <summary>What mends a certificate.</summary>
    internal static string Renew(JsonObject webhook) =>
        string.Format(
            CultureInfo.InvariantCulture, Renewal, ApiObject.Text(webhook, "clientConfig", "service", "namespace") ?? "meshproxy");

    internal static string Days(TimeSpan span) => $"{(int)span.TotalDays} days";
}
