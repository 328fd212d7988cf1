using MeshProxy.Values;

namespace MeshProxy.Netfilter;

/// <summary>The values of an enum as people write them, in lower case with dashes: <c>IptablesNft</c> is <c>iptables-nft</c>.</summary>
public static class ChoiceText
{
    public static string Of<T>(T value) where T : struct, Enum => Dashed(value.ToString());

    public static bool TryParse<T>(string text, out T value, out string error) where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        var names = values.Select(Of).ToArray();
        var at = Array.IndexOf(names, text);
        value = at < 0 ? default : values[at];
        var nearest = NearestName.Find(text, names);
        error = $"'{text}' is not one of {string.Join(", ", names)}{(nearest is null ? "" : $"; did you mean {nearest}?")}";
        return at >= 0;
    }

    private static string Dashed(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
