using System.CommandLine;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>A duration, written as in the configuration.</summary>
internal sealed class DurationOption : Option<TimeSpan?>
{
    private readonly TimeSpan? _default;

    public DurationOption(string name, string description, TimeSpan? @default = null)
        : base(name)
    {
        _default = @default;
        // The library's help would show the default as the type writes it, which is not how it is given.
        Description = @default is { } given ? $"{description} [default: {DurationText.Format(given)}]" : description;
        HelpName = "DURATION";
        CustomParser = token =>
        {
            var text = token.Tokens.Count == 0 ? "" : token.Tokens[0].Value;
            if (DurationText.TryParse(text, out var duration))
                return duration;
            token.AddError($"{name} is '{text}'; allowed: {DurationText.Allowed}");
            return null;
        };
    }

    /// <summary>As given, or the default; null where there is neither.</summary>
    public TimeSpan? Read(ParseResult line) => line.GetValue(this) ?? _default;
}
