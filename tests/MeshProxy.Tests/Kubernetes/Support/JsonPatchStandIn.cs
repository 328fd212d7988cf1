using System.Globalization;
using System.Text.Json.Nodes;

namespace MeshProxy.Tests.Kubernetes.Support;

/// <summary>Applies the steps that the injector uses; the pod tests let another program apply the same patches.</summary>
internal static class JsonPatchStandIn
{
    public static JsonObject Apply(JsonObject document, JsonArray patch)
    {
        var result = document.DeepClone();
        foreach (var step in patch.Select(step => step!.AsObject()))
        {
            var path = step["path"]!.GetValue<string>().Split('/')[1..].Select(part => part.Replace("~1", "/").Replace("~0", "~"))
                .ToArray();
            var parent = path[..^1].Aggregate((JsonNode?)result, (node, part) => node is JsonArray array
                ? array[int.Parse(part, CultureInfo.InvariantCulture)] : node![part]);
            Step(step["op"]!.GetValue<string>(), parent!, path[^1], step["value"]?.DeepClone());
        }
        return result.AsObject();
    }

    private static void Step(string op, JsonNode parent, string name, JsonNode? value)
    {
        if (parent is JsonObject fields)
        {
            if (op != "add" && !fields.ContainsKey(name))
                throw new InvalidOperationException($"{op}: there is no {name}");
            fields.Remove(name);
            if (op != "remove")
                fields[name] = value;
            return;
        }
        var items = parent.AsArray();
        var at = name == "-" ? items.Count : int.Parse(name, CultureInfo.InvariantCulture);
        if (op != "add")
            items.RemoveAt(at);
        if (op != "remove")
            items.Insert(at, value);
    }
}
