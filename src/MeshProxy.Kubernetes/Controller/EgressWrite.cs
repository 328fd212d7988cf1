using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>What has to become of one namespace's ConfigMap.</summary>
/// <param name="IsNew">There is none yet.</param>
internal sealed record EgressWrite(string Namespace, JsonObject Content, bool IsNew)
{
    public override string ToString() => $"{Namespace}/{EgressConfigMap.Name} {(IsNew ? "created" : "updated")}";
}
