namespace MeshProxy.Kubernetes.Injection.Model;

internal sealed record EnvironmentVariable(string Name, string Value);

internal sealed record ContainerPort(string Name, int Number)
{
    [System.Text.Json.Serialization.JsonPropertyName("containerPort")]
    public int Number { get; } = Number;

    public string Protocol { get; } = "TCP";
}

internal sealed record VolumeMount(string Name, string MountPath, bool ReadOnly);

/// <summary>Amounts by resource name.</summary>
internal sealed record Resources(IReadOnlyDictionary<string, string>? Requests, IReadOnlyDictionary<string, string>? Limits);

/// <summary>What the kubelet runs in a container: right behind its start, and before its stop signal.</summary>
internal sealed record Lifecycle(ExecHook? PostStart = null, ExecHook? PreStop = null);

internal sealed record ExecHook(ExecAction Exec);

internal sealed record ExecAction(IReadOnlyList<string> Command);
