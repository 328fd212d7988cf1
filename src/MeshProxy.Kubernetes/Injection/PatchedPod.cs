using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>A pod with a patch of ours applied: what the API server would make of it.</summary>
internal static class PatchedPod
{
    public static JsonObject Of(JsonObject pod, ImmutableArray<PatchOperation> patch)
    {
        var patched = pod.DeepClone().AsObject();
        foreach (var step in patch)
            Apply(patched, step);
        return patched;
    }

    private static void Apply(JsonObject pod, PatchOperation step)
    {
        var path = step.Path[1..].Split('/');
        JsonNode? at = pod;
        foreach (var name in path[..^1])
            at = at is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)] : at?[Unescaped(name)];
        if (at is JsonArray members)
            Apply(members, path[^1], step);
        else if (step.Op == "remove")
            at!.AsObject().Remove(Unescaped(path[^1]));
        else
            at!.AsObject()[Unescaped(path[^1])] = step.Value?.DeepClone();
    }

    private static void Apply(JsonArray members, string place, PatchOperation step)
    {
        var index = place == "-" ? members.Count : int.Parse(place, CultureInfo.InvariantCulture);
        if (step.Op != "add")
            members.RemoveAt(index);
        if (step.Op != "remove")
            members.Insert(index, step.Value?.DeepClone());
    }

    private static string Unescaped(string name) =>
        name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
