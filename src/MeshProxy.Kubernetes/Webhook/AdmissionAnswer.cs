using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>An <c>admission.k8s.io/v1</c> AdmissionReview with the answer alone.</summary>
internal sealed record AdmissionAnswer(AdmissionResponse Response)
{
    public string ApiVersion { get; } = AdmissionHandler.ApiVersion;

    public string Kind { get; } = AdmissionHandler.Kind;
}

/// <param name="Patch">Base64 in JSON.</param>
/// <param name="Warnings">kubectl shows them.</param>
internal sealed record AdmissionResponse(
    string Uid, bool Allowed, AdmissionStatus? Status, string? PatchType, byte[]? Patch, IReadOnlyList<string>? Warnings);

/// <param name="Code">The status that the client gets.</param>
internal sealed record AdmissionStatus(int Code, string Message);

internal sealed record PatchStep(string Op, string Path, JsonNode? Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdmissionAnswer))]
[JsonSerializable(typeof(PatchStep[]))]
internal sealed partial class AdmissionJson : JsonSerializerContext;
