using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MeshProxy.Tests.Deploy;

/// <summary>
/// The part of Helm's template language that the chart uses: if, else, with, range, end, pipelines of values, and what
/// <see cref="TemplateExpression"/> knows. Anything else is an error, so that the chart cannot outgrow what is checked.
/// </summary>
internal sealed partial class ChartTemplate
{
    private readonly List<(bool IsAction, string Text)> _pieces = [];

    public ChartTemplate(string text)
    {
        var at = 0;
        foreach (Match action in Action().Matches(text))
        {
            _pieces.Add((false, text[at..action.Index]));
            _pieces.Add((true, action.Groups[1].Value.Trim()));
            at = action.Index + action.Length;
        }
        _pieces.Add((false, text[at..]));
    }

    public string Render(JsonObject root)
    {
        var (output, at) = (new StringBuilder(), 0);
        Run(new TemplateScope(root, root), ref at, output);
        return at == _pieces.Count ? output.ToString() : throw new InvalidOperationException($"'{_pieces[at].Text}' belongs to nothing");
    }

    /// <summary>A hyphen takes the white space on its side with it.</summary>
    [GeneratedRegex(@"(?:\s*\{\{-|\{\{)(?=\s)(.*?)(?<=\s)(?:-\}\}\s*|\}\})", RegexOptions.Singleline)]
    private static partial Regex Action();

    /// <summary>Up to the else or end that is not its own; null output skips.</summary>
    private void Run(TemplateScope scope, ref int at, StringBuilder? output)
    {
        for (; at < _pieces.Count; at++)
        {
            var (isAction, text) = _pieces[at];
            if (!isAction)
                output?.Append(text);
            else if (text is "end" or "else")
                return;
            else if (text.Split(' ', 2) is ["if" or "with" or "range" or "define" or "template" or "block" or "else" or "include", _] parts)
                Branch(parts[0], parts[1], scope, ref at, output);
            else if (output is not null)
                output.Append(TemplateExpression.Text(TemplateExpression.Evaluate(text, scope)));
        }
    }

    private void Branch(string kind, string condition, TemplateScope scope, ref int at, StringBuilder? output)
    {
        var names = condition.Split(" := ", 2);
        var variables = names.Length == 2 ? names[0].Split(", ") : [];
        var value = output is null ? null : TemplateExpression.Evaluate(names[^1], scope);
        TemplateScope[] inner = kind switch
        {
            "if" => [scope],
            "with" => [scope with { Dot = value }],
            "range" => [.. Items(value).Select(item => scope.With(variables, item.Key, item.Value))],
            _ => throw new NotSupportedException($"'{kind}' is not among what this chart uses"),
        };
        var isTaken = TemplateExpression.IsTrue(value);
        var begin = ++at;
        if (!isTaken || inner.Length == 0)
            Run(scope, ref at, null);
        foreach (var each in isTaken ? inner : [])
        {
            at = begin;
            Run(each, ref at, output);
        }
        if (_pieces[at].Text == "else")
        {
            at++;
            Run(scope, ref at, isTaken ? null : output);
        }
    }

    /// <summary>In the order of their keys, as Go ranges over maps.</summary>
    private static IEnumerable<(JsonNode? Key, JsonNode? Value)> Items(JsonNode? value) => value switch
    {
        JsonArray array => array.Select((item, i) => ((JsonNode?)JsonValue.Create(i), item)),
        JsonObject map => map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => ((JsonNode?)JsonValue.Create(pair.Key), pair.Value)),
        _ => [],
    };
}
