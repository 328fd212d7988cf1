using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>Whether one value says all that another does, and maybe more: defaults that the API server filled in, mounts it
/// added.</summary>
internal static class JsonCover
{
    public static bool Covers(JsonNode? whole, JsonNode? part) => part switch
    {
        JsonObject fields => whole is JsonObject present
            && fields.All(field => present.ContainsKey(field.Key) && Covers(present[field.Key], field.Value)),
        JsonArray items => whole is JsonArray present && CoversInOrder(present, items),
        _ => JsonNode.DeepEquals(whole, part),
    };

    /// <summary>Texts stand for themselves, so a list of them must be the same; members with fields may have others between them.</summary>
    private static bool CoversInOrder(JsonArray whole, JsonArray part)
    {
        if (part.Any(item => item is not JsonObject))
            return JsonNode.DeepEquals(whole, part);
        var at = 0;
        foreach (var item in part)
        {
            while (at < whole.Count && !Covers(whole[at], item))
                at++;
            if (at++ == whole.Count)
                return false;
        }
        return true;
    }
}
