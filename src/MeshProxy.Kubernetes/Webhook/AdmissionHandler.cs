using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Injection;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>Answers AdmissionReviews of pods that are to be created.</summary>
public sealed class AdmissionHandler(INamespaceAnnotations namespaces, Func<InjectionSettings> settings)
{
    internal const string ApiVersion = "admission.k8s.io/v1";
    internal const string Kind = "AdmissionReview";

    /// <summary>The API server shows at most so much of a warning, and 4 KiB of all.</summary>
    private const int LongestWarning = 256;

    private const int MostWarnings = 16;

    internal async Task<AdmissionOutcome> AnswerAsync(Stream body, CancellationToken cancelled)
    {
        JsonNode? review;
        try
        {
            review = await OutsideJson.ParseAsync(body, cancelled);
        }
        catch (JsonException e)
        {
            return Invalid($"the body is not JSON: {e.Message}");
        }
        if (ApiObject.Text(review, "kind") != Kind || ApiObject.Text(review, "apiVersion") != ApiVersion)
            return Invalid($"the body is not an {Kind} of {ApiVersion}");
        if (ApiObject.Text(review, "request", "uid") is not { Length: > 0 } uid)
            return Invalid("request.uid is missing");
        try
        {
            return await DecideAsync(uid, ApiObject.Field(review, "request")!, cancelled);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Failed(uid, fault);
        }
    }

    private async Task<AdmissionOutcome> DecideAsync(string uid, JsonNode request, CancellationToken cancelled)
    {
        if (!IsNewPod(request) || request["object"] is not JsonObject pod)
            return Answer(uid, "", new InjectionDecision(InjectionVerdict.Skipped, ["it is no pod that is to be created"], []));
        var name = ApiObject.Text(request, "namespace") ?? ApiObject.Text(pod, "metadata", "namespace") ?? "default";
        var (space, failure) = await namespaces.FindAsync(name, cancelled);
        if (failure is not null)
            space = AnnotationSource.OfUnreadable(name);
        var template = new PodTemplate(pod);
        var decision = PodInjector.Decide(template, space, settings());
        if (failure is not null)
            decision = decision with { Warnings = decision.Warnings.Add($"the settings of namespace {name} could not be read: {failure}") };
        return Answer(uid, $"{name}/{template.Name}", decision);
    }

    private static bool IsNewPod(JsonNode request) =>
        ApiObject.Text(request, "operation") == "CREATE"
        && ApiObject.Text(request, "kind", "kind") == "Pod" && ApiObject.Text(request, "kind", "group") is null or ""
        && ApiObject.Text(request, "subResource") is null or "";

    private static AdmissionOutcome Answer(string uid, string pod, InjectionDecision decision)
    {
        var isRefused = decision.Verdict == InjectionVerdict.Refused;
        var patch = decision.Patch.IsEmpty ? null : Serialize(decision.Patch);
        var status = isRefused ? new AdmissionStatus(400, "meshproxy: " + string.Join("; ", decision.Reasons)) : null;
        var warnings = decision.Warnings.Distinct().Take(MostWarnings).Select(warning => Shortened("meshproxy: " + warning)).ToList();
        var answer = new AdmissionAnswer(new AdmissionResponse(
            uid, !isRefused, status, patch is null ? null : "JSONPatch", patch, warnings.Count == 0 ? null : warnings));
        var result = isRefused ? AdmissionResult.Refused
            : decision.Verdict == InjectionVerdict.Skipped ? AdmissionResult.Skipped
            : patch is null ? AdmissionResult.Unchanged : AdmissionResult.Injected;
        return new AdmissionOutcome(
            result, pod, decision.Reasons, decision.Warnings, 200,
            JsonSerializer.SerializeToUtf8Bytes(answer, AdmissionJson.Default.AdmissionAnswer));
    }

    /// <summary>A mistake of ours: no pod slips past the sidecar by it, and whoever made the pod is told.</summary>
    private static AdmissionOutcome Failed(string uid, Exception fault)
    {
        var reason = $"meshproxy: the webhook failed at this pod, which its log tells more of: {fault.Message}";
        var answer = new AdmissionAnswer(new AdmissionResponse(uid, false, new AdmissionStatus(500, reason), null, null, null));
        return new AdmissionOutcome(
            AdmissionResult.Failed, "", [reason], [], 200,
            JsonSerializer.SerializeToUtf8Bytes(answer, AdmissionJson.Default.AdmissionAnswer))
        {
            Fault = fault,
        };
    }

    private static byte[] Serialize(ImmutableArray<PatchOperation> steps) => JsonSerializer.SerializeToUtf8Bytes(
        steps.Select(step => new PatchStep(step.Op, step.Path, step.Value)).ToArray(), AdmissionJson.Default.PatchStepArray);

    private static AdmissionOutcome Invalid(string reason) =>
        new(AdmissionResult.Invalid, "", [reason], [], 400, Encoding.UTF8.GetBytes(reason + "\n"));

    private static string Shortened(string text) => text.Length <= LongestWarning ? text : text[..(LongestWarning - 1)] + "…";
}
