using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Syntax;

/// <param name="Longest">Inclusive.</param>
/// <param name="Shortest">Inclusive; zero where 0 has a meaning of its own.</param>
/// <param name="WholeSeconds">For values that the kernel takes in seconds.</param>
internal sealed class DurationSyntax(TimeSpan longest, TimeSpan shortest = default, bool wholeSeconds = false) : ValueSyntax<TimeSpan>
{
    private const string SchemaPattern = "^(0|(?=[0-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$";

    public override string Allowed { get; } =
        (wholeSeconds ? "whole seconds, such as 10s, 5m, 1h30m" : "a duration such as 500ms, 10s, 5m, 1h30m, 2d")
        + (shortest == TimeSpan.Zero ? ", or 0" : $", from {DurationText.Format(shortest)}")
        + $", up to {DurationText.Format(longest)}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out TimeSpan value) =>
        IsAllowed(node, out value) || Refuse(node, path, errors);

    public bool IsAllowed(ConfigNode node, out TimeSpan value)
    {
        value = default;
        return node is ConfigNode.Scalar scalar
            && DurationText.TryParse(scalar.Text, out value)
            && value >= shortest && value <= longest
            && !(wholeSeconds && value.Ticks % TimeSpan.TicksPerSecond != 0);
    }

    public override void Write(Utf8JsonWriter json, TimeSpan value) => json.WriteStringValue(DurationText.Format(value));

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        json.WriteString("pattern", SchemaPattern);
    }
}
