using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>Where two values differ.</summary>
internal static class JsonDifference
{
    /// <returns>The first place, such as <c>spec.containers[0].image</c>; null where there is none.</returns>
    public static string? Find(JsonNode? left, JsonNode? right, string at = "")
    {
        if (JsonNode.DeepEquals(left, right))
            return null;
        return (left, right) switch
        {
            (JsonObject one, JsonObject other) => one.Select(pair => pair.Key).Union(other.Select(pair => pair.Key))
                .Select(name => Find(one[name], other[name], at.Length == 0 ? name : $"{at}.{name}"))
                .FirstOrDefault(found => found is not null) ?? at,
            (JsonArray one, JsonArray other) when one.Count == other.Count =>
                one.Select((item, index) => Find(item, other[index], $"{at}[{index}]"))
                    .FirstOrDefault(found => found is not null) ?? at,
            _ => at,
        };
    }
}
