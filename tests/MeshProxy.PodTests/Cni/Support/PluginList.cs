using System.Text.Json.Nodes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>A network configuration list as clusters have them: real plugins that make the interface, and ours behind them.</summary>
internal static class PluginList
{
    public const string Ours = "meshproxy-cni";

    /// <param name="main"><c>ptp</c> or <c>bridge</c>.</param>
    /// <param name="families">An address of each is given out.</param>
    /// <param name="leases">Where host-local keeps what it gave out.</param>
    public static JsonObject Of(string main, string leases, IEnumerable<IpFamily> families, string version = "1.0.0") => new()
    {
        ["cniVersion"] = version,
        ["name"] = "cluster",
        ["plugins"] = new JsonArray(Interface(main, leases, [.. families]), Portmap(), OurEntry()),
    };

    public static JsonObject OurEntry() => new()
    {
        ["type"] = Ours,
        ["capabilities"] = new JsonObject { ["io.kubernetes.cri.pod-annotations"] = true },
    };

    private static JsonObject Interface(string type, string leases, IpFamily[] families) => new()
    {
        ["type"] = type,
        ["isGateway"] = true,
        ["bridge"] = "cni0",
        ["ipam"] = new JsonObject
        {
            ["type"] = "host-local",
            ["dataDir"] = leases,
            ["ranges"] = new JsonArray([.. families.Select(f => (JsonNode)new JsonArray(new JsonObject { ["subnet"] = Subnet(f) }))]),
            ["routes"] = new JsonArray(
                [.. families.Select(f => (JsonNode)new JsonObject { ["dst"] = f == IpFamily.V4 ? "0.0.0.0/0" : "::/0" })]),
        },
    };

    private static JsonObject Portmap() => new()
    {
        ["type"] = "portmap",
        ["snat"] = true,
        ["capabilities"] = new JsonObject { ["portMappings"] = true },
    };

    private static string Subnet(IpFamily family) => family == IpFamily.V4 ? "10.88.0.0/16" : "fd88::/64";
}
