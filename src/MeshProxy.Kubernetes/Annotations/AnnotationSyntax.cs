using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Values;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>Reads a value: what it means in its shortest form, or what is wrong with it.</summary>
/// <param name="error">Follows the name of the annotation.</param>
internal delegate bool AnnotationReading(string text, out string value, out string error);

/// <summary>What may stand in an annotation.</summary>
/// <param name="Allowed">For people.</param>
internal sealed partial record AnnotationSyntax(string Allowed, AnnotationReading Read)
{
    public static readonly AnnotationSyntax Port = Simple("a port from 1 to 65535", text =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? Number(port) : null);

    /// <summary>Never root: that would exempt everything root runs from the redirect.</summary>
    public static readonly AnnotationSyntax Id = Simple("a number from 1 to 4294967294", text =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id is > 0 and < uint.MaxValue
            ? Number(id)
            : null);

    public static readonly AnnotationSyntax Truth =
        Choice(("true", "true"), ("false", "false"), ("enabled", "true"), ("disabled", "false"));

    public static readonly AnnotationSyntax Ports = new(PortList.Allowed, ReadPorts);

    public static readonly AnnotationSyntax NamedPorts = new(PortList.Allowed + ", and names of container ports",
        (text, out value, out error) =>
    {
        var tokens = text.Split(',', StringSplitOptions.TrimEntries);
        var names = tokens.Where(IsPortName).Distinct().ToList();
        if (!ReadPorts(string.Join(',', tokens.Where(token => !IsPortName(token))), out value, out error))
            return false;
        value = string.Join(',', new[] { value }.Where(ports => ports.Length > 0).Concat(names));
        return true;
    });

    public static readonly AnnotationSyntax Networks = new(NetworkList.Allowed, (text, out value, out error) =>
    {
        value = string.Join(',', NetworkList.Parse(text, out var errors));
        error = Join(errors, NetworkList.Allowed);
        return errors.IsEmpty;
    });

    public static readonly AnnotationSyntax CpuQuantity = Simple(
        "an amount of CPU, such as 100m, 0.5 or 2",
        text => ResourceQuantity.TryParse(text, isCpu: true, out var amount) ? amount.ToString() : null);

    public static readonly AnnotationSyntax MemoryQuantity = Simple(
        "an amount of memory, such as 64Mi or 1Gi",
        text => ResourceQuantity.TryParse(text, isCpu: false, out var amount) ? amount.ToString() : null);

    public static readonly AnnotationSyntax Image = Simple(
        "an image reference, such as registry.example/meshproxy:1.0", text => ImagePattern().IsMatch(text) ? text : null);

    /// <summary>One of some words, without case.</summary>
    /// <param name="words">As they are written, and what they mean; the first of each meaning is told to people.</param>
    public static AnnotationSyntax Choice(params ImmutableArray<(string Word, string Value)> words)
    {
        var allowed = string.Join(", ", words.DistinctBy(word => word.Value).Select(word => word.Word));
        return new AnnotationSyntax(allowed, (text, out value, out error) =>
        {
            var found = words.FirstOrDefault(word => word.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
            var nearest = NearestName.Find(text, words.Select(word => word.Word));
            (value, error) = (found.Value,
                $"{Quoted(text)} is not one of {allowed}{(nearest is null ? "" : $"; did you mean {nearest}?")}");
            return value is not null;
        });
    }

    public static AnnotationSyntax Words(params ImmutableArray<string> words) => Choice([.. words.Select(word => (word, word))]);

    /// <param name="shortest">Zero where 0 has a meaning of its own.</param>
    public static AnnotationSyntax Duration(TimeSpan longest, TimeSpan shortest = default, bool wholeSeconds = false)
    {
        var allowed = (wholeSeconds ? "whole seconds, such as 10s, 5m, 1h30m" : "a duration such as 500ms, 10s, 5m, 1h30m")
            + (shortest == TimeSpan.Zero ? ", or 0" : $", from {DurationText.Format(shortest)}")
            + $", up to {DurationText.Format(longest)}";
        return Simple(allowed, text =>
            DurationText.TryParse(text, out var duration) && duration >= shortest && duration <= longest
            && !(wholeSeconds && duration.Ticks % TimeSpan.TicksPerSecond != 0)
                ? DurationText.Format(duration)
                : null);
    }

    public static AnnotationSyntax Integer(int least, int most) => Simple($"a number from {least} to {most}", text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? Number(number)
            : null);

    /// <summary>Shortened, and without what would break a line.</summary>
    public static string Quoted(string text)
    {
        const int Longest = 40;
        var shown = text.Length <= Longest ? text : text[..Longest] + "…";
        return $"'{OneLine(shown)}'";
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    /// <summary>RFC 6335 section 5.1: letters, digits and single dashes inside, at most 15, and at least one letter.</summary>
    public static bool IsPortName(string token) => token.Length <= 15 && token.Any(char.IsAsciiLetter) && PortNamePattern().IsMatch(token);

    private static AnnotationSyntax Simple(string allowed, Func<string, string?> read) => new(allowed, (text, out value, out error) =>
    {
        var understood = read(text);
        (value, error) = (understood ?? "", $"{Quoted(text)} is not {allowed}");
        return understood is not null;
    });

    private static bool ReadPorts(string text, out string value, out string error)
    {
        value = PortList.Format(PortList.Parse(text, out var errors));
        error = Join(errors, PortList.Allowed);
        return errors.IsEmpty;
    }

    private static string Join(ImmutableArray<string> errors, string allowed) =>
        $"{OneLine(string.Join("; ", errors.Take(3)))}; allowed are {allowed}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.IgnoreCase)]
    private static partial Regex PortNamePattern();

    /// <summary>Host and path, a tag, a digest; enough to catch a slip, since the runtime knows the rest.</summary>
    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9._/:-]{0,254}(@sha256:[a-f0-9]{64})?$")]
    private static partial Regex ImagePattern();
}
