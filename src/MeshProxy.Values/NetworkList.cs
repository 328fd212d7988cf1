using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace MeshProxy.Values;

/// <summary>
/// Lists of networks in CIDR notation, IPv4 and IPv6 mixed, separated by commas; a bare address is a network of one. Bits beyond the
/// prefix are an error rather than silently cleared: <c>10.0.0.1/8</c> is more often a slip than a wish.
/// </summary>
public static class NetworkList
{
    /// <summary>What a valid list looks like, for error messages.</summary>
    public const string Allowed = "networks in CIDR notation, separated by commas, such as 10.0.0.0/8,fd00::/8";

    public static ImmutableArray<IPNetwork> Parse(string text, out ImmutableArray<string> errors)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        var wrong = ImmutableArray.CreateBuilder<string>();
        var position = 0;
        foreach (var token in text.Split(',', StringSplitOptions.TrimEntries))
        {
            position++;
            if (token.Length == 0)
            {
                if (!string.IsNullOrWhiteSpace(text))
                    wrong.Add($"item {position} is empty");
            }
            else if (TryParse(token, out var network, out var error))
                networks.Add(network);
            else
                wrong.Add($"item {position}, '{token}', {error}");
        }
        errors = wrong.ToImmutable();
        return networks.ToImmutable();
    }

    public static bool TryParse(string text, out IPNetwork network, out string error)
    {
        error = "is not a network in CIDR notation";
        network = default;
        var slash = text.IndexOf('/');
        var addressText = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(addressText, out var address) || address.IsIPv6LinkLocal && address.ScopeId != 0)
            return false;
        if (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != addressText)
            return false; // Such as 10.1 or 010.0.0.1, which old libraries read as addresses nobody meant.
        var bits = address.GetAddressBytes().Length * 8;
        var length = bits;
        if (slash >= 0 && (!byte.TryParse(text.AsSpan(slash + 1), out var prefix) || (length = prefix) > bits))
        {
            error = $"has a prefix length that is not between 0 and {bits}";
            return false;
        }
        var start = ClearHostBits(address, length);
        error = $"has bits set beyond its prefix; write {start}/{length}";
        if (!start.Equals(address))
            return false;
        network = new IPNetwork(start, length);
        return true;
    }

    private static IPAddress ClearHostBits(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(prefixLength - i * 8, 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }
        return new IPAddress(bytes);
    }
}
