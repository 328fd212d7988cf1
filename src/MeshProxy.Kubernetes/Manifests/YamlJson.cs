using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>YAML as the JSON that kubectl would send: plain scalars by the rules of YAML 1.1 that its library keeps.</summary>
internal sealed class YamlJson
{
    /// <summary>A manifest of the largest size that the API server takes has fewer; aliases of aliases make more of a few lines.</summary>
    private const int MostNodes = 200_000;

    private readonly YamlPiece? _leftOut;
    private int _nodes;

    private YamlJson(YamlPiece? leftOut) => _leftOut = leftOut;

    /// <param name="leftOut">Null in its place.</param>
    /// <exception cref="YamlException">It grows beyond all measure, or into itself.</exception>
    public static JsonNode? Of(YamlPiece piece, YamlPiece? leftOut = null) => new YamlJson(leftOut).Convert(piece);

    private JsonNode? Convert(YamlPiece piece)
    {
        if (++_nodes > MostNodes)
            throw new YamlException(Mark.Empty, Mark.Empty, "its aliases make too much of it");
        if (ReferenceEquals(piece, _leftOut))
            return null;
        return piece.Kind switch
        {
            YamlPieceKind.Alias => piece.Target is null ? null : Convert(piece.Target),
            YamlPieceKind.Mapping => ConvertMapping(piece),
            YamlPieceKind.Sequence => new JsonArray([.. piece.Items.Select(Convert)]),
            _ => piece.IsPlain ? Scalar(piece) : JsonValue.Create(piece.Text),
        };
    }

    private JsonObject ConvertMapping(YamlPiece piece)
    {
        var json = new JsonObject();
        foreach (var entry in piece.Entries)
        {
            var value = Convert(entry.Value);
            if (entry.Key is not { Text: "<<", IsPlain: true })
                json[entry.Key.Text] = value;
            else if (value is JsonObject merged)
                Merge(merged, json, piece);
        }
        return json;
    }

    /// <summary>The mapping's own fields win, wherever they stand.</summary>
    private static void Merge(JsonObject from, JsonObject to, YamlPiece piece)
    {
        foreach (var (name, value) in from)
        {
            if (!to.ContainsKey(name) && piece.Entry(name) is null)
                to[name] = value?.DeepClone();
        }
    }

    private static JsonNode? Scalar(YamlPiece piece)
    {
        if (piece.IsNull)
            return null;
        if (long.TryParse(piece.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return JsonValue.Create(number);
        if (double.TryParse(piece.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
            return JsonValue.Create(real);
        return piece.Text.ToLowerInvariant() switch
        {
            "true" or "yes" or "on" => JsonValue.Create(true),
            "false" or "no" or "off" => JsonValue.Create(false),
            _ => JsonValue.Create(piece.Text),
        };
    }
}
