using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>
/// Asks the webhook as the API server does: by the same address, believing the same caBundle, with a review of a pod that nobody makes.
/// From outside a cluster its services are not reached, as a rule; that is no finding, and said.
/// </summary>
internal sealed class WebhookProbe(ReportBuilder report, TimeProvider time)
{
    /// <summary>To connect, and again for the answer; the API server waits as long by default (timeoutSeconds).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task AskAsync(JsonObject webhook, CancellationToken cancelled)
    {
        if (AddressOf(webhook) is not { } address)
            return;
        ServedCertificate? served = null;
        var bundle = ApiObject.Decoded(webhook, "clientConfig", "caBundle");
        using var http = Client((certificate, chain, errors) => served = ServedCertificate.Of(certificate, chain, errors, bundle));
        var uid = Guid.NewGuid().ToString();
        var cause = await AskAsync(http, address, uid, cancelled);
        var where = $"webhook {address}";
        if (served is null)
            report.Note($"{where} is not reached from here, so what it serves and answers was not looked at: {cause}");
        else if (IsBelieved(served, where, WebhookCheck.Renew(webhook)) && cause is null)
            report.Fact($"{where} answers, with a certificate that the API server believes for {WebhookCheck.Days(LeftOf(served))}");
        else if (cause is not null)
            report.Find($"it does not answer a review: {cause}", where, "see the logs of its pods");
    }

    /// <summary>By service or by URL: admissionregistration.k8s.io/v1. The path and port have defaults.</summary>
    private static Uri? AddressOf(JsonObject webhook)
    {
        var client = ApiObject.Field(webhook, "clientConfig");
        if (ApiObject.Text(client, "url") is { } url)
            return Uri.TryCreate(url, UriKind.Absolute, out var given) ? given : null;
        var (name, space) = (ApiObject.Text(client, "service", "name"), ApiObject.Text(client, "service", "namespace"));
        var port = ApiObject.Number(client, "service", "port") ?? 443;
        var path = ApiObject.Text(client, "service", "path");
        return Uri.TryCreate($"https://{name}.{space}.svc:{port}{path}", UriKind.Absolute, out var made) ? made : null;
    }

    /// <summary>The certificate is judged, not enforced: the review has no secret, and an answer tells more than a refusal.</summary>
    private static HttpClient Client(Action<X509Certificate2, X509Chain?, SslPolicyErrors> judge)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (certificate is X509Certificate2 presented)
                judge(presented, chain, errors);
            return true;
        };
        return new HttpClient(handler) { Timeout = 2 * Patience };
    }

    /// <returns>Null where it answered the review in order, else why not.</returns>
    private static async Task<string?> AskAsync(HttpClient http, Uri address, string uid, CancellationToken cancelled)
    {
        try
        {
            using var content = new StringContent(Review(uid).ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(address, content, cancelled);
            if (!answer.IsSuccessStatusCode)
                return $"status {(int)answer.StatusCode}";
            var response = ApiObject.Field(OutsideJson.Parse(await answer.Content.ReadAsStringAsync(cancelled)) as JsonObject, "response");
            return ApiObject.Text(response, "uid") == uid && ApiObject.IsTrue(response, "allowed")
                ? null
                : "the answer is not one to this review";
        }
        catch (Exception e) when (!cancelled.IsCancellationRequested && KubernetesApi.FailureOf(e, "POST") is not null)
        {
            return e is OperationCanceledException ? "no answer in time" : (e.InnerException ?? e).Message;
        }
    }

    private bool IsBelieved(ServedCertificate served, string where, string mend)
    {
        var left = LeftOf(served);
        if (!served.IsVouchedFor)
            report.Find("the caBundle does not vouch for the certificate that it serves", where, mend);
        if (!served.IsForHost)
            report.Find("the certificate that it serves is for another name", where, mend);
        if (left <= TimeSpan.Zero)
            report.Find($"the certificate that it serves has ended {WebhookCheck.Days(-left)} ago", where, mend);
        return served is { IsVouchedFor: true, IsForHost: true } && left > TimeSpan.Zero;
    }

    private TimeSpan LeftOf(ServedCertificate served) => served.Ends - time.GetUtcNow().UtcDateTime;

    /// <summary>Of a pod that says it wants no sidecar: nothing is to be looked up for it.</summary>
    private static JsonObject Review(string uid) => new()
    {
        ["apiVersion"] = "admission.k8s.io/v1",
        ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = uid,
            ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = "Pod" },
            ["resource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = "pods" },
            ["namespace"] = "default",
            ["operation"] = "CREATE",
            ["dryRun"] = true,
            ["object"] = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = new JsonObject
                {
                    ["name"] = "meshproxy-check",
                    ["namespace"] = "default",
                    ["annotations"] = new JsonObject { ["meshproxy.io/inject"] = "disabled" },
                },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "check", ["image"] = "none" }) },
            },
        },
    };
}
