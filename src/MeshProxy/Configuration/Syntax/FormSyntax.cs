using System.Text.Json;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Syntax;

/// <summary>A text of a certain form: a header's name, a host, a target.</summary>
/// <param name="check">Null where the text is right, else what is wrong, said of the text.</param>
internal sealed class FormSyntax(string allowed, int longest, Func<string, string?> check) : ValueSyntax<string>
{
    public override string Allowed => allowed;

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out string value)
    {
        value = "";
        if (node is not ConfigNode.Scalar { IsString: true, Text.Length: > 0 } scalar || scalar.Text.Length > longest)
            return Refuse(node, path, errors);
        value = scalar.Text;
        if (check(value) is not { } wrong)
            return true;
        errors.Add(node.Origin, wrong.Length == 0
            ? $"{path} is {node.Quoted}; allowed: {allowed}"
            : $"{path} is {node.Quoted}, {wrong}; allowed: {allowed}");
        return false;
    }

    public override void Write(Utf8JsonWriter json, string value) => json.WriteStringValue(value);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        json.WriteNumber("minLength", 1);
        json.WriteNumber("maxLength", longest);
    }
}
