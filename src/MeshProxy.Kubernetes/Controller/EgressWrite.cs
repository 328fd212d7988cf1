using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>What has to become of one namespace's ConfigMap.</summary>
/// <param name="Content">Null deletes it.</param>
/// <param name="IsNew">There is none yet.</param>
internal sealed record EgressWrite(string Namespace, JsonObject? Content, bool IsNew)
{
    private string Done => Content is null ? "deleted" : IsNew ? "created" : "updated";

    public override string ToString() => $"{Namespace}/{EgressConfigMap.Name} {Done}";
}
