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

internal sealed record Lifecycle(ExecHook PostStart);

internal sealed record ExecHook(ExecAction Exec);

internal sealed record ExecAction(IReadOnlyList<string> Command);
