using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>
/// Sees that the webhook has a certificate that is valid for long enough, and that the API server believes it. Run again and again; it
/// changes nothing where nothing needs to be. A renewal fails no review: the new authority is made known beside the old one before the new
/// certificate is there, and the old one is dropped by the next run.
/// </summary>
public sealed class CertificateRenewal(KubernetesApi api, CertificateSettings settings, TimeProvider time)
{
    private const int MostAttempts = 5;

    private readonly ResourcePath _secrets = ResourcePath.Secrets.In(settings.Namespace);

    /// <summary>What was done, a line each; or why it could not be.</summary>
    public async Task<(ImmutableArray<string> Done, ApiFailure? Failure)> RunAsync(CancellationToken cancelled)
    {
        for (var attempt = 1; ; attempt++)
        {
            var done = ImmutableArray.CreateBuilder<string>();
            var failure = await TryAsync(done, cancelled);
            // Somebody else has changed one of the two objects: what is there now counts.
            if (failure?.Kind != ApiFailureKind.Conflict || attempt == MostAttempts)
                return (done.ToImmutable(), failure);
        }
    }

    private async Task<ApiFailure?> TryAsync(ImmutableArray<string>.Builder done, CancellationToken cancelled)
    {
        var found = await api.GetAsync(_secrets, settings.Secret, cancelled);
        if (found.Failure is { Kind: not ApiFailureKind.NotFound } unknown)
            return unknown;
        var current = found.Value is null ? null : Read(found.Value);
        var wrong = current is null ? "there is none" : current.WrongAt(settings.Names, time.GetUtcNow() + settings.RenewBefore);
        if (wrong is null)
            return await TrustAsync(current!.Authority, keepOthers: false, done, cancelled);
        var made = WebhookCertificate.Make(settings.Names, time.GetUtcNow(), settings.ValidFor);
        if (await TrustAsync(made.Authority, keepOthers: true, done, cancelled) is { } untrusted)
            return untrusted;
        var content = Secret(made, found.Value);
        var written = found.Value is null ? await api.CreateAsync(_secrets, content, cancelled)
            : await api.ReplaceAsync(_secrets, settings.Secret, content, cancelled);
        if (written.Failure is null)
            done.Add($"Secret {settings.Namespace}/{settings.Secret}: a new certificate, because {wrong}");
        return written.Failure;
    }

    /// <summary>Writes the authority into the webhooks that call our Service.</summary>
    /// <param name="keepOthers">Those that are there and have not ended stay, for pods that still show the certificate of before.</param>
    private async Task<ApiFailure?> TrustAsync(
        string authority, bool keepOthers, ImmutableArray<string>.Builder done, CancellationToken cancelled)
    {
        var found = await api.GetAsync(ResourcePath.MutatingWebhooks, settings.Configuration, cancelled);
        if (!found.Has(out var configuration, out var failure))
            return failure;
        var isChanged = false;
        var own = ApiObject.Items(configuration, "webhooks").Select(webhook => webhook["clientConfig"]).OfType<JsonObject>()
            .Where(IsOwn).ToList();
        foreach (var client in own)
        {
            var before = ApiObject.Decoded(client, "caBundle");
            var bundle = authority + (keepOthers ? string.Concat(StillValid(before).Where(other => other != authority)) : "");
            isChanged |= bundle != before;
            client["caBundle"] = Encoded(bundle);
        }
        if (own.Count == 0)
        {
            return new ApiFailure(ApiFailureKind.NotFound,
                $"MutatingWebhookConfiguration {settings.Configuration} has no webhook at Service {settings.Namespace}/{settings.Service}");
        }
        if (!isChanged)
            return null;
        var written = await api.ReplaceAsync(ResourcePath.MutatingWebhooks, settings.Configuration, configuration, cancelled);
        if (written.Failure is null)
            done.Add($"MutatingWebhookConfiguration {settings.Configuration}: a new caBundle");
        return written.Failure;
    }

    private bool IsOwn(JsonObject client) => ApiObject.Text(client, "service", "name") == settings.Service
        && ApiObject.Text(client, "service", "namespace") == settings.Namespace;

    private IEnumerable<string> StillValid(string bundle)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(bundle);
        }
        catch (CryptographicException)
        {
            // What is no certificate is worth nothing to the API server either.
        }
        return authorities.Where(authority => authority.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime)
            .Select(authority => authority.ExportCertificatePem() + "\n");
    }

    private static WebhookCertificate Read(JsonObject secret) => new(
        ApiObject.Decoded(secret, "data", "ca.crt"), ApiObject.Decoded(secret, "data", "tls.crt"),
        ApiObject.Decoded(secret, "data", "tls.key"));

    private JsonObject Secret(WebhookCertificate made, JsonObject? before) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["type"] = "kubernetes.io/tls",
        ["metadata"] = new JsonObject
        {
            ["name"] = settings.Secret,
            ["namespace"] = settings.Namespace,
            ["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "meshproxy", ["app.kubernetes.io/managed-by"] = "meshproxy" },
            ["resourceVersion"] = ApiObject.Text(before, "metadata", "resourceVersion"),
        },
        ["data"] = new JsonObject
        {
            ["ca.crt"] = Encoded(made.Authority),
            ["tls.crt"] = Encoded(made.Certificate),
            ["tls.key"] = Encoded(made.Key),
        },
    };

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
