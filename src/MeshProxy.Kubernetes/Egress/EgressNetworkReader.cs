using System.Collections.Immutable;
using System.Net;
using MeshProxy.Values;

namespace MeshProxy.Kubernetes.Egress;

/// <summary>
/// Reads one EgressNetwork: the schema of <c>policy.linkerd.io/v1alpha1</c>, and the same under <c>policy.meshproxy.io/v1alpha1</c> with
/// <c>spec.ports</c> and <c>spec.opaquePorts</c> besides. A network that names none covers every address outside
/// the cluster, as Linkerd has it.
/// </summary>
internal sealed class EgressNetworkReader(ImmutableArray<IPNetwork> clusterNetworks)
{
    public const string Kind = "EgressNetwork";
    public const string LinkerdVersion = "policy.linkerd.io/v1alpha1";
    public const string OwnVersion = "policy.meshproxy.io/v1alpha1";

    private static readonly string[] OpaquePortsAnnotations = ["config.meshproxy.io/opaque-ports", "config.linkerd.io/opaque-ports"];

    /// <summary>Null where something is wrong and was reported.</summary>
    public EgressNetwork? Read(ManifestNode document, bool isOwn)
    {
        document.IsMappingOf("apiVersion", "kind", "metadata", "spec", "status");
        var name = ReadName(document);
        if (document.Field("spec") is not { } spec)
        {
            document.Error("spec is missing; it says the networks and the trafficPolicy");
            return null;
        }
        var isMapping = isOwn
            ? spec.IsMappingOf("networks", "trafficPolicy", "ports", "opaquePorts")
            : spec.IsMappingOf("networks", "trafficPolicy");
        if (!isMapping)
            return null;
        var policy = ReadPolicy(spec);
        var blocks = spec.Field("networks") is { } networks ? ReadBlocks(networks) : EgressBlock.Outside(clusterNetworks);
        var ports = isOwn && spec.Field("ports") is { } portsNode ? ReadPorts(portsNode) : [];
        var opaquePorts = ReadOpaquePorts(document, spec, isOwn);
        return name is null || policy is null ? null : new EgressNetwork(name, blocks, policy.Value, ports, opaquePorts);
    }

    private static string? ReadName(ManifestNode document)
    {
        var metadata = document.Field("metadata");
        if (metadata?.Field("name") is not { } name || name.Text() is "")
        {
            document.Error("metadata.name is missing");
            return null;
        }
        var text = name.Text();
        return metadata?.Field("namespace")?.Text() is { } space ? $"{space}/{text}" : text;
    }

    private static TrafficPolicy? ReadPolicy(ManifestNode spec)
    {
        if (spec.Field("trafficPolicy") is not { } node)
        {
            spec.Error("trafficPolicy is missing; it is Allow or Deny");
            return null;
        }
        switch (node.Text())
        {
            case "Allow":
                return TrafficPolicy.Allow;
            case "Deny":
                return TrafficPolicy.Deny;
            case { } other:
                node.Error($"'{other}' is not known; it is Allow or Deny");
                return null;
            default:
                return null;
        }
    }

    private static ImmutableArray<EgressBlock> ReadBlocks(ManifestNode networks)
    {
        var blocks = ImmutableArray.CreateBuilder<EgressBlock>();
        var items = networks.Items();
        if (items.Count == 0)
            networks.Error("names no network; leave it out for every address outside the cluster");
        foreach (var item in items)
        {
            if (!item.IsMappingOf("cidr", "except"))
                continue;
            if (item.Field("cidr") is not { } cidr)
                item.Error("cidr is missing");
            else if (ReadCidr(cidr) is { } network)
                blocks.Add(new EgressBlock(network, ReadExceptions(item)));
        }
        return blocks.ToImmutable();
    }

    private static ImmutableArray<IPNetwork> ReadExceptions(ManifestNode item)
    {
        var exceptions = ImmutableArray.CreateBuilder<IPNetwork>();
        if (item.Field("except") is { } except)
        {
            foreach (var entry in except.Items())
            {
                if (ReadCidr(entry) is { } network)
                    exceptions.Add(network);
            }
        }
        return exceptions.ToImmutable();
    }

    private static IPNetwork? ReadCidr(ManifestNode node)
    {
        if (node.Text() is not { } text)
            return null;
        if (NetworkList.TryParse(text, out var network, out var error))
            return network;
        node.Error($"'{text}' {error}");
        return null;
    }

    private static ImmutableArray<PortRange> ReadOpaquePorts(ManifestNode document, ManifestNode spec, bool isOwn)
    {
        var ranges = new List<PortRange>();
        if (isOwn && spec.Field("opaquePorts") is { } own)
            ranges.AddRange(ReadPorts(own));
        foreach (var annotation in OpaquePortsAnnotations)
        {
            if (document.Field("metadata")?.Field("annotations")?.Field(annotation) is { } node)
                ranges.AddRange(ReadPorts(node));
        }
        return PortList.Merge(ranges);
    }

    private static ImmutableArray<PortRange> ReadPorts(ManifestNode node)
    {
        if (node.TextOrTexts() is not { } texts)
            return [];
        var ranges = PortList.Parse(string.Join(',', texts), out var errors);
        foreach (var error in errors)
            node.Error($"{error}; allowed are {PortList.Allowed}");
        return ranges;
    }
}
