using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Privileges;

/// <summary>
/// Counts in a pod's namespace where the sidecar's own packets begin something: at the destinations it was asked for, and elsewhere.
/// </summary>
internal sealed partial class OutsideWorld
{
    private readonly string _namespace;

    public OutsideWorld(NetworkNamespace space, params IPEndPoint[] asked)
    {
        _namespace = space.Name;
        var destinations = string.Join(", ", asked.Select(endpoint => $"{endpoint.Address} . {endpoint.Port}"));
        Nft(["-f", "-"], $$"""
            table inet audit {
              set elsewhere { type ipv4_addr . inet_proto . inet_service; flags dynamic; size 64; }
              chain out {
                type filter hook output priority 10; policy accept;
                meta skuid {{Sidecar.User}} jump sidecar
              }
              chain sidecar {
                ct state established,related accept
                ip daddr . tcp dport { {{destinations}} } counter accept
                add @elsewhere { ip daddr . meta l4proto . th dport }
                counter
              }
            }
            """);
    }

    /// <summary>For a failure: who else was meant.</summary>
    public string Describe() => Nft(["list", "set", "inet", "audit", "elsewhere"]);

    /// <summary>Packets that began a connection or were none of a connection: asked for, and not.</summary>
    public (long Asked, long Unasked) Read()
    {
        var counters = Counter().Matches(Nft(["list", "table", "inet", "audit"]))
            .Select(counter => long.Parse(counter.Groups[1].Value, CultureInfo.InvariantCulture))
            .ToArray();
        return (counters[0], counters[1]);
    }

    private string Nft(string[] arguments, string input = "") => Tool.Run("ip", ["netns", "exec", _namespace, "nft", .. arguments], input);

    [GeneratedRegex(@"counter packets (\d+)")]
    private static partial Regex Counter();
}
