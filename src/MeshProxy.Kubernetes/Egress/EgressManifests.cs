using System.Collections.Immutable;
using System.Net;
using MeshProxy.Kubernetes.Manifests;
using MeshProxy.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MeshProxy.Kubernetes.Egress;

/// <summary>
/// Reads EgressNetwork manifests. Every error of every file is reported together; documents of other kinds are named and skipped.
/// </summary>
public static class EgressManifests
{
    /// <param name="clusterNetworks">What a manifest without networks does not cover.</param>
    public static EgressManifestSet Parse(ManifestFiles files, ImmutableArray<IPNetwork> clusterNetworks)
    {
        var sets = files.Files.Select(file => Parse(file.Text, file.Name, clusterNetworks)).ToList();
        return new EgressManifestSet(
            [.. sets.SelectMany(set => set.Networks)],
            [.. files.Errors, .. sets.SelectMany(set => set.Errors)],
            [.. sets.SelectMany(set => set.Skipped)]);
    }

    /// <param name="file">Its name, for errors.</param>
    public static EgressManifestSet Parse(string text, string file, ImmutableArray<IPNetwork> clusterNetworks)
    {
        var networks = ImmutableArray.CreateBuilder<EgressNetwork>();
        var report = new ManifestReport(file);
        var reader = new EgressNetworkReader(clusterNetworks);
        foreach (var document in Documents(text, report))
            ReadDocument(new ManifestNode(document.RootNode, "", report), reader, networks);
        return new EgressManifestSet(networks.ToImmutable(), report.Errors, report.Skipped);
    }

    /// <summary>Those before the first that is not YAML: their errors are told too.</summary>
    private static IList<YamlDocument> Documents(string text, ManifestReport report)
    {
        var stream = new YamlStream();
        try
        {
            if (YamlReading.Guarded(() => FindTooDeep(text)) is { } place)
                report.Error(place, $"is {YamlReading.TooDeep}");
            else
                YamlReading.Guarded(() => stream.Load(new StringReader(text)));
        }
        catch (YamlException e)
        {
            report.Error(e.Start, $"is not YAML: {e.InnerException?.Message ?? e.Message}");
        }
        return stream.Documents;
    }

    /// <summary>
    /// A resource, or a List of them, as <c>kubectl get -o yaml</c> prints it. A List in a List is skipped: by an alias it may be itself.
    /// </summary>
    private static void ReadDocument(
        ManifestNode document, EgressNetworkReader reader, ImmutableArray<EgressNetwork>.Builder networks, bool isItem = false)
    {
        var kind = document.Field("kind")?.Text();
        if (!isItem && kind is "List" or EgressNetworkReader.Kind + "List" && document.Field("items") is { } items)
        {
            foreach (var item in items.Items())
                ReadDocument(item, reader, networks, isItem: true);
            return;
        }
        var version = document.Field("apiVersion")?.Text();
        var isOwn = version == EgressNetworkReader.OwnVersion;
        if (kind != EgressNetworkReader.Kind || !IsPolicyGroup(version))
            document.Skip(Describe(document, kind, version));
        else if (!isOwn && version != EgressNetworkReader.LinkerdVersion)
            document.Error(
                $"apiVersion: '{version}' is not known; it is {EgressNetworkReader.LinkerdVersion} or {EgressNetworkReader.OwnVersion}");
        else if (reader.Read(document, isOwn) is { } network)
            networks.Add(network);
    }

    private static Mark? FindTooDeep(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext(); depth += parser.Current!.NestingIncrease)
        {
            if (depth > YamlReading.MaxDepth)
                return parser.Current!.Start;
        }
        return null;
    }

    private static bool IsPolicyGroup(string? version) =>
        version is not null && (version.StartsWith("policy.linkerd.io/") || version.StartsWith("policy.meshproxy.io/"));

    private static string Describe(ManifestNode document, string? kind, string? version)
    {
        var name = document.Field("metadata")?.Field("name")?.Text();
        return kind is null ? "a document without a kind" : $"{kind} {name ?? "without a name"} ({version ?? "no apiVersion"})";
    }
}
