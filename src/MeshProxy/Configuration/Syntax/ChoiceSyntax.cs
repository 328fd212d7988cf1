using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Syntax;

/// <summary>One of a few words, each with its meaning; the words are written in lower case and read without case.</summary>
internal sealed class ChoiceSyntax<T>(params (string Word, T Meaning)[] choices) : ValueSyntax<T>
    where T : struct, Enum
{
    public override string Allowed { get; } = choices.Length == 1
        ? choices[0].Word
        : $"{string.Join(", ", choices[..^1].Select(c => c.Word))} or {choices[^1].Word}";

    public bool TryParse(string text, out T value)
    {
        foreach (var (word, meaning) in choices)
        {
            value = meaning;
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        value = default;
        return false;
    }

    public string Format(T value) => choices.First(c => EqualityComparer<T>.Default.Equals(c.Meaning, value)).Word;

    /// <summary>What to answer to a wrong word: the words, and the one that was probably meant.</summary>
    public string Advice(string text) =>
        NearestName.Find(text, choices.Select(c => c.Word)) is { } nearest ? $"{Allowed}; did you mean {nearest}?" : Allowed;

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out T value)
    {
        value = default;
        if (node is not ConfigNode.Scalar { IsString: true } scalar)
            return Refuse(node, path, errors);
        if (TryParse(scalar.Text, out value))
            return true;
        errors.NotAllowed(node, path, Advice(scalar.Text));
        return false;
    }

    public override void Write(Utf8JsonWriter json, T value) => json.WriteStringValue(Format(value));

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("enum");
        foreach (var (word, _) in choices)
            json.WriteStringValue(word);
        json.WriteEndArray();
    }
}
