using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>A text of one line: a name, a path.</summary>
/// <param name="what">What the text is, for errors, such as "a name".</param>
internal sealed class TextSyntax(string what, bool mayBeEmpty, int longest) : ValueSyntax<string>
{
    public override string Allowed { get; } =
        $"{what} of at most {longest} characters, on one line{(mayBeEmpty ? ", or empty" : ", not empty")}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out string value)
    {
        value = "";
        if (node is not ConfigNode.Scalar { IsString: true } scalar || !IsAllowed(scalar.Text))
            return Refuse(node, path, errors);
        value = scalar.Text;
        return true;
    }

    public override void Write(Utf8JsonWriter json, string value) => json.WriteStringValue(value);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        if (!mayBeEmpty)
            json.WriteNumber("minLength", 1);
        json.WriteNumber("maxLength", longest);
    }

    private bool IsAllowed(string text) =>
        text.Length <= longest && !text.Any(char.IsControl) && (mayBeEmpty && text.Length == 0 || !string.IsNullOrWhiteSpace(text));
}
