using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;

namespace MeshProxy.DataPlane.Routing.Names;

/// <summary>The names of hosts(5), and localhost, which is never asked for (RFC 6761 §6.3).</summary>
internal sealed class HostsFile
{
    private readonly FrozenDictionary<string, ImmutableArray<IPAddress>> _hosts;

    private HostsFile(FrozenDictionary<string, ImmutableArray<IPAddress>> hosts) => _hosts = hosts;

    public static HostsFile Parse(string text)
    {
        var hosts = new Dictionary<string, ImmutableArray<IPAddress>>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text.Split('\n'))
        {
            var comment = line.IndexOf('#');
            var words = (comment < 0 ? line : line[..comment]).Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !IPAddress.TryParse(words[0], out var address))
                continue;
            foreach (var name in words[1..])
                hosts[name] = hosts.GetValueOrDefault(name, []).Add(address);
        }
        return new HostsFile(hosts.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Empty where the file does not name it.</summary>
    public ImmutableArray<IPAddress> Find(string name)
    {
        name = name.TrimEnd('.');
        if (_hosts.TryGetValue(name, out var addresses))
            return addresses;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [];
    }
}
