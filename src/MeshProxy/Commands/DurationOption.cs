using System.CommandLine;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>A duration, written as in the configuration. A text underneath, so that help shows the default as it would be given.</summary>
internal sealed class DurationOption : Option<string?>
{
    public DurationOption(string name, string description, TimeSpan? @default = null)
        : base(name)
    {
        Description = description;
        HelpName = "DURATION";
        if (@default is { } unset)
            DefaultValueFactory = _ => DurationText.Format(unset);
        Validators.Add(option =>
        {
            var text = option.GetValueOrDefault<string?>();
            if (text is not null && !DurationText.TryParse(text, out _))
                option.AddError($"{name} is '{text}'; allowed: {DurationText.Allowed}");
        });
    }

    /// <summary>As given, or the default; null where there is neither.</summary>
    public TimeSpan? Read(ParseResult line) => DurationText.TryParse(line.GetValue(this), out var duration) ? duration : null;
}
