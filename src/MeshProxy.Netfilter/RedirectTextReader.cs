using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using MeshProxy.Values;

namespace MeshProxy.Netfilter;

/// <summary>Reads the texts of settings and gathers what is wrong with them: which key, which item, what is allowed.</summary>
internal sealed class RedirectTextReader(IReadOnlyDictionary<string, string> texts)
{
    private readonly ImmutableArray<string>.Builder _errors = ImmutableArray.CreateBuilder<string>();

    public ImmutableArray<string> Errors => _errors.ToImmutable();

    public ushort Port(RedirectKey key, ushort unset) => Read(key, unset, "a port from 1 to 65535",
        text => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null);

    public uint? Number(RedirectKey key) => Text(key) is null ? null : Read<uint>(key, 0, "a whole number, decimal or with 0x", text =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null);

    public bool Truth(RedirectKey key, bool unset) =>
        Read(key, unset, "true or false", text => bool.TryParse(text, out var truth) ? truth : null);

    /// <summary>0 is null: the kernel's value is left.</summary>
    public TimeSpan? Duration(RedirectKey key, TimeSpan? unset)
    {
        if (Text(key) is null)
            return unset;
        var duration = Read(key, TimeSpan.Zero, DurationText.Allowed, text => DurationText.TryParse(text, out var parsed) ? parsed : null);
        return duration == TimeSpan.Zero ? null : duration;
    }

    public T Choice<T>(RedirectKey key, T unset) where T : struct, Enum
    {
        if (Text(key) is not { } text)
            return unset;
        if (!ChoiceText.TryParse<T>(text, out var choice, out var error))
            _errors.Add($"{key.Name}: {error}");
        return choice;
    }

    public ImmutableArray<PortRange> Ports(RedirectKey key)
    {
        var ports = PortList.Parse(Text(key) ?? "", out var errors);
        _errors.AddRange(errors.Select(e => $"{key.Name}: {e}; allowed are {PortList.Allowed}"));
        return ports;
    }

    public ImmutableArray<IPNetwork> Networks(RedirectKey key)
    {
        var networks = NetworkList.Parse(Text(key) ?? "", out var errors);
        _errors.AddRange(errors.Select(e => $"{key.Name}: {e}; allowed are {NetworkList.Allowed}"));
        return networks;
    }

    private T Read<T>(RedirectKey key, T unset, string allowed, Func<string, T?> read) where T : struct
    {
        if (Text(key) is not { } text)
            return unset;
        if (read(text) is { } value)
            return value;
        _errors.Add($"{key.Name}: '{text}' is not {allowed}");
        return unset;
    }

    private string? Text(RedirectKey key) => texts.TryGetValue(key.Name, out var text) ? text.Trim() : null;
}
