using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Injection.Model;

internal sealed record Volume(string Name, ConfigMapVolume ConfigMap)
{
    public JsonObject ToJson() => KubernetesJson.ToObject(this, KubernetesJson.Default.Volume);
}

/// <param name="Optional">The pod starts without it; it is mounted when it comes to be.</param>
internal sealed record ConfigMapVolume(string Name, bool Optional);
