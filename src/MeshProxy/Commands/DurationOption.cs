using System.CommandLine;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>A duration, written as in the configuration.</summary>
internal sealed class DurationOption : Option<TimeSpan?>
{
    public DurationOption(string name, string description, TimeSpan? @default = null)
        : base(name)
    {
        Description = description;
        HelpName = "DURATION";
        DefaultValueFactory = _ => @default;
        CustomParser = given =>
        {
            var text = given.Tokens.Count == 0 ? "" : given.Tokens[0].Value;
            if (DurationText.TryParse(text, out var duration))
                return duration;
            given.AddError($"{name} is '{text}'; allowed: {DurationText.Allowed}");
            return null;
        };
    }
}
