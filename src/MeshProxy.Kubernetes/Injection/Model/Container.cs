using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Injection.Model;

/// <summary>The part of <c>v1.Container</c> that the injector writes. Null is left out.</summary>
internal sealed record Container(
    string Name, string Image, string ImagePullPolicy, ImmutableArray<string> Command, ImmutableArray<string> Args)
{
    public IReadOnlyList<EnvironmentVariable>? Env { get; init; }

    public IReadOnlyList<ContainerPort>? Ports { get; init; }

    public Resources? Resources { get; init; }

    public string? RestartPolicy { get; init; }

    public required SecurityContext SecurityContext { get; init; }

    public Probe? StartupProbe { get; init; }

    public Probe? LivenessProbe { get; init; }

    public Probe? ReadinessProbe { get; init; }

    public Lifecycle? Lifecycle { get; init; }

    /// <summary>A failure shows its last lines where it left no message.</summary>
    public string TerminationMessagePolicy { get; } = "FallbackToLogsOnError";

    public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }

    public JsonObject ToJson() => KubernetesJson.ToObject(this, KubernetesJson.Default.Container);
}
