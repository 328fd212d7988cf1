using System.Text.Json.Nodes;

namespace MeshProxy.Tests.Deploy;

/// <summary>Expected texts are those that Go's text/template writes.</summary>
public sealed class ChartTemplateTests
{
    [Theory]
    [InlineData("a: {{ .n }}\n", "a: 2\n")]
    [InlineData("{{- if .no }}\nx\n{{- else }}\ny\n{{- end }}\nz", "\ny\nz")]
    [InlineData("l:\n  {{- range $i := .list }}\n  - {{ $i }}\n  {{- end }}\n", "l:\n  - a\n  - b\n")]
    [InlineData("{{ range $k, $v := .map }}{{ $k }}={{ $v }};{{ end }}", "x=1;y=2;")]
    [InlineData("{{ with .map }}{{ .x }}{{ $.n }}{{ end }}{{ with .no }}never{{ end }}", "12")]
    [InlineData("{{ if not .no }}{{ if .list }}both{{ end }}{{ end }}", "both")]
    [InlineData("{{ .empty | default .text | quote }}", "\"it \\\"is\\\"\"")]
    [InlineData("{{ toJson .map }}", "{\"x\":1,\"y\":2}")]
    public void Template_is_rendered_as_by_Helm(string template, string expected)
    {
        var root = JsonNode.Parse(
            """{"n":2,"no":false,"empty":"","text":"it \"is\"","list":["a","b"],"map":{"y":2,"x":1}}""")!.AsObject();
        Assert.Equal(expected, new ChartTemplate(template).Render(root));
    }

    [Theory]
    [InlineData("{{ include \"name\" . }}")]
    [InlineData("{{ .missing }}")]
    [InlineData("{{ .n | toYaml }}")]
    [InlineData("{{ end }}")]
    public void What_is_not_understood_is_an_error(string template) =>
        Assert.ThrowsAny<Exception>(() => new ChartTemplate(template).Render(new JsonObject { ["n"] = 1 }));
}
