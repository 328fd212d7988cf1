using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace MeshProxy.DataPlane.Routing.Names;

/// <summary>Whom names are asked of, and how: what resolv.conf(5) says.</summary>
/// <param name="Servers">Asked one after the other; at most three.</param>
/// <param name="Search">Appended to names with fewer dots than <paramref name="Ndots"/> before they are asked for as they are.</param>
/// <param name="Timeout">For one server's answer to one question. Default 5 s, at most 30 s.</param>
/// <param name="Attempts">Rounds over all servers. Default 2, at most 5.</param>
internal sealed record ResolverSettings(
    ImmutableArray<IPEndPoint> Servers, ImmutableArray<string> Search, int Ndots, TimeSpan Timeout, int Attempts)
{
    private const int Port = 53;
    private const int MostServers = 3;

    /// <summary>The C library's, where the file says nothing.</summary>
    public static ResolverSettings Default { get; } =
        new([new IPEndPoint(IPAddress.Loopback, Port)], [], 1, TimeSpan.FromSeconds(5), 2);

    /// <summary>What cannot be read is passed over, as the C library does.</summary>
    public static ResolverSettings Parse(string text)
    {
        var settings = Default;
        var servers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[0][0] is '#' or ';')
                continue;
            if (words[0] == "nameserver" && IPAddress.TryParse(words[1], out var address) && servers.Count < MostServers)
                servers.Add(new IPEndPoint(address, Port));
            else if (words[0] is "search" or "domain")
                settings = settings with { Search = [.. words[1..].Select(domain => domain.TrimEnd('.')).Where(domain => domain != "")] };
            else if (words[0] == "options")
                settings = words[1..].Aggregate(settings, WithOption);
        }
        return servers.Count == 0 ? settings : settings with { Servers = servers.ToImmutable() };
    }

    /// <summary>
    /// The names that a name may stand for, in the order in which they are asked for. One that ends in a dot stands for itself.
    /// </summary>
    public IEnumerable<string> Candidates(string name)
    {
        if (name.EndsWith('.'))
            return [name];
        var expanded = Search.Select(domain => $"{name}.{domain}.");
        return name.Count(c => c == '.') >= Ndots ? expanded.Prepend($"{name}.") : expanded.Append($"{name}.");
    }

    private static ResolverSettings WithOption(ResolverSettings settings, string option)
    {
        var colon = option.IndexOf(':');
        if (colon < 0 || !int.TryParse(option.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return settings;
        return option[..colon] switch
        {
            "ndots" => settings with { Ndots = Math.Min(value, 15) },
            "timeout" => settings with { Timeout = TimeSpan.FromSeconds(Math.Clamp(value, 1, 30)) },
            "attempts" => settings with { Attempts = Math.Clamp(value, 1, 5) },
            _ => settings,
        };
    }
}
