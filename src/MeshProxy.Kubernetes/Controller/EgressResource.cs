using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Egress;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>An EgressNetwork of the cluster as the file that sidecars read.</summary>
/// <param name="File">Its name; two networks never share one.</param>
/// <param name="Errors">What a sidecar would refuse in it, a line each: then no sidecar is to see it.</param>
internal sealed record EgressResource(string Namespace, string File, string Text, ImmutableArray<string> Errors)
{
    private static readonly string[] Annotations = ["config.meshproxy.io/opaque-ports", "config.linkerd.io/opaque-ports"];

    public static EgressResource Of(JsonObject resource)
    {
        var (space, name) = (ApiObject.Text(resource, "metadata", "namespace") ?? "", ApiObject.Text(resource, "metadata", "name") ?? "");
        var text = JsonText.Of(Plain(resource, space, name), isIndented: true) + "\n";
        // Names of namespaces have no dot, so no two pairs make the same file name.
        return new EgressResource(
            space, $"{space}.{name}.json", text, EgressManifests.Parse(text, $"EgressNetwork {space}/{name}", []).Errors);
    }

    /// <summary>Without what changes and means nothing to a sidecar, such as managed fields.</summary>
    private static JsonObject Plain(JsonObject resource, string space, string name)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = space };
        var annotations = ApiObject.Annotations(resource).Where(pair => Annotations.Contains(pair.Key)).ToList();
        if (annotations.Count > 0)
            metadata["annotations"] = new JsonObject(annotations.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        return new JsonObject
        {
            ["apiVersion"] = EgressNetworkReader.OwnVersion,
            ["kind"] = EgressNetworkReader.Kind,
            ["metadata"] = metadata,
            ["spec"] = ApiObject.Field(resource, "spec")?.DeepClone(),
        };
    }
}
