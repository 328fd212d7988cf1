using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>A resource of a manifest: what it is, and where its pods are described.</summary>
/// <param name="Template">Of its pods; null where it makes none.</param>
internal sealed record Workload(string Kind, string Name, string? Namespace, YamlPiece Document, YamlPiece? Template)
{
    private static readonly ImmutableDictionary<string, string[]> Paths = new Dictionary<string, string[]>
    {
        ["Pod"] = [],
        ["PodTemplate"] = ["template"],
        ["Deployment"] = ["spec", "template"],
        ["ReplicaSet"] = ["spec", "template"],
        ["ReplicationController"] = ["spec", "template"],
        ["StatefulSet"] = ["spec", "template"],
        ["DaemonSet"] = ["spec", "template"],
        ["Job"] = ["spec", "template"],
        ["CronJob"] = ["spec", "jobTemplate", "spec", "template"],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>Such as <c>Deployment shop/web</c>.</summary>
    public override string ToString() => $"{Kind} {(Namespace is null ? "" : Namespace + "/")}{Name}";

    /// <summary>All resources of a document: itself, or the members of a List.</summary>
    public static IEnumerable<Workload> In(YamlPiece document)
    {
        if (document.Kind != YamlPieceKind.Mapping)
            return [];
        var kind = document.Field("kind")?.Text ?? "";
        return kind.EndsWith("List", StringComparison.Ordinal) && document.Field("items") is { Kind: YamlPieceKind.Sequence } items
            ? items.Items.SelectMany(In)
            : [Of(kind, document)];
    }

    public JsonNode? JsonWithoutTemplate() => Template == Document ? null : YamlJson.Of(Document, Template);

    public JsonObject? TemplateJson() => Template is null ? null : YamlJson.Of(Template) as JsonObject;

    private static Workload Of(string kind, YamlPiece document)
    {
        var metadata = document.Field("metadata");
        var name = metadata?.Field("name")?.Text ?? (metadata?.Field("generateName")?.Text is { } start ? start + "…" : "without a name");
        var template = Paths.TryGetValue(kind, out var path) ? Follow(document, path) : null;
        return new Workload(kind, name, metadata?.Field("namespace")?.Text, document, template);
    }

    private static YamlPiece? Follow(YamlPiece document, string[] path)
    {
        YamlPiece? piece = document;
        foreach (var name in path)
            piece = piece?.Field(name);
        return piece;
    }

    /// <summary>Metadata that its pods get nothing of: its own, and that of the Jobs it makes.</summary>
    public IEnumerable<string> Misplaced()
    {
        if (Template is null || Template == Document || !Paths.TryGetValue(Kind, out var path))
            return [];
        var place = string.Join('.', path) + ".metadata.annotations";
        return new[] { Document, Follow(Document, ["spec", "jobTemplate"]) }.OfType<YamlPiece>()
            .Select(piece => piece.Field("metadata")).OfType<YamlPiece>()
            .Select(metadata => new JsonObject { ["metadata"] = YamlJson.Of(metadata) })
            .SelectMany(owner => MisplacedAnnotations.In(ApiObject.Annotations(owner), ApiObject.Labels(owner), place));
    }

    /// <summary>As the API server would show it, for the annotations of a Namespace.</summary>
    public JsonObject? Json() => YamlJson.Of(Document) as JsonObject;

    public Dictionary<string, string> Annotations() => ApiObject.Annotations(Json());

    public Dictionary<string, string> Labels() => ApiObject.Labels(Json());
}
