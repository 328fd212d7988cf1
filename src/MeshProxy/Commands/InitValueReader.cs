using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>Reads option values and gathers what is wrong with them: which option, which item, what is allowed.</summary>
internal sealed class InitValueReader(ParseResult parse)
{
    private readonly ImmutableArray<string>.Builder _errors = ImmutableArray.CreateBuilder<string>();

    public ImmutableArray<string> Errors => _errors.ToImmutable();

    public bool IsSet(Option<bool> option) => parse.GetValue(option);

    public ushort? Port(Option<string?> option) => Read<ushort>(option, "a port from 1 to 65535",
        text => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null);

    public uint? Number(Option<string?> option) => Read<uint>(option, "a whole number, decimal or with 0x", text =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null);

    public TimeSpan? Duration(Option<string?> option) => Read<TimeSpan>(option, DurationText.Allowed,
        text => DurationText.TryParse(text, out var duration) ? duration : null);

    public bool? Truth(Option<string?> option) => Read<bool>(option, "true or false", text => bool.TryParse(text, out var truth) ? truth : null);

    /// <summary>Names are written in lower case with dashes: <c>IptablesNft</c> is <c>iptables-nft</c>.</summary>
    public T Choice<T>(Option<string?> option, T unset) where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(Dashed).ToArray();
        return Read<T>(option, $"one of {string.Join(", ", names)}", text =>
            Array.IndexOf(names, text) is var i and >= 0 ? Enum.GetValues<T>()[i] : null, names) ?? unset;
    }

    public ImmutableArray<PortRange> Ports(Option<string?> option)
    {
        if (parse.GetValue(option) is not { } text)
            return [];
        var ports = PortList.Parse(text, out var errors);
        Add(option, errors, PortList.Allowed);
        return ports;
    }

    public ImmutableArray<IPNetwork> Networks(Option<string?> option)
    {
        if (parse.GetValue(option) is not { } text)
            return [];
        var networks = NetworkList.Parse(text, out var errors);
        Add(option, errors, NetworkList.Allowed);
        return networks;
    }

    private T? Read<T>(Option<string?> option, string allowed, Func<string, T?> read, string[]? names = null) where T : struct
    {
        if (parse.GetValue(option) is not { } text)
            return null;
        var value = read(text.Trim());
        if (value is null)
        {
            var nearest = names is null ? null : NearestName.Find(text, names);
            _errors.Add($"{option.Name}: '{text}' is not {allowed}{(nearest is null ? "" : $"; did you mean {nearest}?")}");
        }
        return value;
    }

    private void Add(Option option, ImmutableArray<string> errors, string allowed) =>
        _errors.AddRange(errors.Select(e => $"{option.Name}: {e}; allowed are {allowed}"));

    private static string Dashed(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
