using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MeshProxy.Tests.Deploy;

/// <param name="Dot">What <c>.</c> is.</param>
/// <param name="Root">What <c>$</c> is.</param>
internal sealed record TemplateScope(JsonNode? Dot, JsonObject Root)
{
    public ImmutableDictionary<string, JsonNode?> Variables { get; init; } = ImmutableDictionary<string, JsonNode?>.Empty;

    /// <summary>One variable is the item, two are its key and the item.</summary>
    public TemplateScope With(string[] names, JsonNode? key, JsonNode? value)
    {
        var variables = names.Length == 2 ? Variables.SetItem(names[0], key) : Variables;
        return this with { Dot = value, Variables = names.Length == 0 ? variables : variables.SetItem(names[^1], value) };
    }
}
