using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Logging;

namespace MeshProxy.Configuration.Syntax;

/// <summary>
/// A list of values of one syntax. Plain values may also be one text with commas. An empty text is an empty list, so that a variable can
/// take the file's away.
/// </summary>
/// <param name="keyOf">
/// What no two items may have in common, with the name of the field it stands in; null where items may be alike.
/// </param>
internal sealed class ListSyntax<T>(ValueSyntax<T> item, string keyName = "", Func<T, string>? keyOf = null)
    : ValueSyntax<ImmutableArray<T>>
{
    public override string Allowed => $"a list of which each item is {item.Allowed}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out ImmutableArray<T> value)
    {
        value = [];
        if (ItemsOf(node) is not { } items)
            return Refuse(node, path, errors);
        var before = errors.Count;
        var values = ImmutableArray.CreateBuilder<T>(items.Count);
        var places = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < items.Count; i++)
        {
            var place = $"{path}[{i}]";
            if (!item.TryRead(items[i], place, errors, out var one))
                continue;
            if (keyOf?.Invoke(one) is { } key && !places.TryAdd(key, place))
                errors.Add(items[i].Origin, $"{place}.{keyName} is {LineText.Quote(key)}, which is the {keyName} of {places[key]} already");
            values.Add(one);
        }
        value = values.ToImmutable();
        return errors.Count == before;
    }

    public override void Write(Utf8JsonWriter json, ImmutableArray<T> value)
    {
        json.WriteStartArray();
        foreach (var one in value)
            item.Write(json, one);
        json.WriteEndArray();
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        item.WriteSchema(json);
        json.WriteEndObject();
    }

    private IReadOnlyList<ConfigNode>? ItemsOf(ConfigNode node) => node switch
    {
        ConfigNode.List list => list.Items,
        ConfigNode.Scalar { IsString: true, Text: "" } => [],
        ConfigNode.Scalar { IsString: true } scalar when keyOf is null =>
            [.. scalar.Text.Split(',', StringSplitOptions.TrimEntries).Select(text => scalar with { Text = text })],
        _ => null,
    };
}
