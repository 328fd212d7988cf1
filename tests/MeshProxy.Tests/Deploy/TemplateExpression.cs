using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Tests.Deploy;

/// <summary>A pipeline: a path, a variable or a text, through <c>not</c>, <c>quote</c>, <c>default</c> and <c>toJson</c>.</summary>
internal static class TemplateExpression
{
    public static JsonNode? Evaluate(string pipeline, TemplateScope scope)
    {
        JsonNode? value = null;
        var isFirst = true;
        foreach (var stage in pipeline.Split(" | "))
        {
            var words = stage.Trim().Split(' ');
            JsonNode?[] arguments = [.. words.Skip(1).Select(word => Term(word, scope)), .. isFirst ? [] : new[] { value }];
            value = isFirst && words.Length == 1 ? Term(words[0], scope) : Call(words[0], arguments);
            isFirst = false;
        }
        return value;
    }

    public static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject map => map.Count > 0,
        _ => value.ToJsonString() is not ("false" or "0" or "\"\""),
    };

    public static string Text(JsonNode? value) => value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text
        : value?.ToJsonString() ?? throw new InvalidOperationException("a value that is missing is printed");

    private static JsonNode? Call(string function, JsonNode?[] arguments) => (function, arguments) switch
    {
        ("not", [var value]) => JsonValue.Create(!IsTrue(value)),
        ("quote", [var value]) => JsonValue.Create(JsonText.Of(JsonValue.Create(Text(value)))),
        ("default", [var otherwise, var value]) => IsTrue(value) ? value : otherwise,
        ("toJson", [var value]) => JsonValue.Create(JsonText.Of(Sorted(value))),
        _ => throw new NotSupportedException($"'{function}' with {arguments.Length} arguments is not among what this chart uses"),
    };

    private static JsonNode? Term(string word, TemplateScope scope)
    {
        if (word.StartsWith('"'))
            return JsonNode.Parse(word);
        if (word is "." or "$")
            return word == "." ? scope.Dot : scope.Root;
        if (scope.Variables.TryGetValue(word, out var variable))
            return variable;
        if (!word.StartsWith('.') && !word.StartsWith("$.", StringComparison.Ordinal))
            throw new NotSupportedException($"'{word}' is not among what this chart uses");
        var from = word[0] == '$' ? scope.Root : scope.Dot;
        foreach (var name in word.TrimStart('$')[1..].Split('.'))
            from = from is JsonObject map && map.TryGetPropertyValue(name, out var found) ? found
                : throw new InvalidOperationException($"{word}: there is no {name}");
        return from;
    }

    /// <summary>As Go writes maps.</summary>
    private static JsonNode? Sorted(JsonNode? value) => value switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        _ => value?.DeepClone(),
    };
}
