using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <summary>Why the API server gave no answer that can be used.</summary>
/// <param name="Cause">One line: what was asked, and what went wrong; with what to do where that is known.</param>
public sealed record ApiFailure(ApiFailureKind Kind, string Cause)
{
    public override string ToString() => Cause;

    /// <summary>From an answer's status code and its <c>Status</c> object, if it has one.</summary>
    /// <param name="asked">Such as <c>GET /api/v1/namespaces</c>.</param>
    public static ApiFailure OfStatus(int code, JsonNode? status, string asked)
    {
        var message = (status as JsonObject)?["message"] is JsonValue text && text.TryGetValue<string>(out var said) ? said
            : $"status {code}";
        var kind = KindOf(code);
        var cure = kind switch
        {
            ApiFailureKind.Unauthorized => " (is the token of this cluster, and has it not expired?)",
            ApiFailureKind.Forbidden => " (the service account lacks a role)",
            _ => "",
        };
        return new ApiFailure(kind, $"{asked}: {code} {message}{cure}");
    }

    private static ApiFailureKind KindOf(int code) => code switch
    {
        401 => ApiFailureKind.Unauthorized,
        403 => ApiFailureKind.Forbidden,
        404 => ApiFailureKind.NotFound,
        409 => ApiFailureKind.Conflict,
        410 => ApiFailureKind.Expired,
        429 or 503 => ApiFailureKind.Busy,
        _ => ApiFailureKind.Refused,
    };
}
