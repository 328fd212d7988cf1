using System.Text.RegularExpressions;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.DataPlane.Routing.Matching;

/// <summary>Compares one text.</summary>
internal sealed class TextMatcher
{
    private readonly RouteText _text;
    private readonly Regex? _expression;

    public TextMatcher(RouteText text)
    {
        _text = text;
        if (text.Kind == RouteTextKind.Regex)
            _expression = RouteExpression.Compile(text.Text);
    }

    public bool IsAnything => _text.Kind == RouteTextKind.Present;

    public bool Matches(string value) => _text.Kind switch
    {
        RouteTextKind.Exact => value == _text.Text,
        RouteTextKind.Prefix => IsPathPrefix(_text.Text, value),
        RouteTextKind.Regex => _expression!.IsMatch(value),
        _ => true,
    };

    private static bool IsPathPrefix(string prefix, string path) =>
        path.StartsWith(prefix, StringComparison.Ordinal)
            && (path.Length == prefix.Length || prefix[^1] == '/' || path[prefix.Length] == '/');
}
