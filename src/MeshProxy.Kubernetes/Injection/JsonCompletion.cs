using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>
/// A container or volume of ours that others have worked on since, such as a webhook that rewrites images to a mirror or mounts a
/// certificate: theirs stays, and what is missing of ours comes back.
/// </summary>
internal static class JsonCompletion
{
    public static JsonObject Of(JsonObject present, JsonObject wanted)
    {
        var whole = present.DeepClone().AsObject();
        foreach (var (name, value) in wanted)
            whole[name] = whole[name] is { } found ? Completed(name, found, value) : value?.DeepClone();
        return whole;
    }

    private static JsonNode? Completed(string name, JsonNode present, JsonNode? wanted) => (present, wanted) switch
    {
        // An amount, or none, is one decision: half of ours beside half of theirs would be a third.
        (JsonObject, JsonObject) when name == "resources" => present.DeepClone(),
        (JsonObject fields, JsonObject ours) => Of(fields, ours),
        (JsonArray items, JsonArray ours) when ours.All(item => NameOf(item) is not null) =>
            Completed(items, ours, isEnvironment: name == "env"),
        _ => present.DeepClone(),
    };

    private static JsonArray Completed(JsonArray present, JsonArray wanted, bool isEnvironment)
    {
        var whole = present.DeepClone().AsArray();
        foreach (var item in wanted.OfType<JsonObject>())
        {
            var at = whole.Select(NameOf).ToList().IndexOf(NameOf(item));
            if (at < 0)
                whole.Add(item.DeepClone());
            else if (!isEnvironment)
                whole[at] = Of(whole[at]!.AsObject(), item);
            // Variables follow the pod, which others have changed too: its grace period, its named ports.
            else if (!whole[at]!.AsObject().ContainsKey("valueFrom"))
                whole[at] = item.DeepClone();
        }
        return whole;
    }

    private static string? NameOf(JsonNode? item) => ApiObject.Text(item, "name");
}
