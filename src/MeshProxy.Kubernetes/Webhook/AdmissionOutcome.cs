using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Webhook;

/// <param name="Pod">Its namespace and name, or the beginning of one, for the log.</param>
/// <param name="Status">200, or 400 where what came is no review.</param>
/// <param name="Body">JSON, or one line of text for 400.</param>
internal sealed record AdmissionOutcome(
    AdmissionResult Result, string Pod, ImmutableArray<string> Reasons, ImmutableArray<string> Warnings, int Status, byte[] Body)
{
    /// <summary>Null but where the webhook itself is wrong.</summary>
    public Exception? Fault { get; init; }
}
