using System.Collections.Immutable;
using System.Net;
using MeshProxy.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MeshProxy.Kubernetes.Egress;

/// <summary>
/// Loads EgressNetwork manifests from a file, or from the .yaml, .yml and .json files of a folder (a mounted ConfigMap; not its subfolders) in
/// the order of their names. Every error of every file is reported together; documents of other kinds are named and skipped.
/// </summary>
public static class EgressManifests
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <param name="clusterNetworks">What a manifest without networks does not cover.</param>
    public static EgressManifestSet Load(string path, ImmutableArray<IPNetwork> clusterNetworks)
    {
        var networks = ImmutableArray.CreateBuilder<EgressNetwork>();
        var errors = ImmutableArray.CreateBuilder<string>();
        var skipped = ImmutableArray.CreateBuilder<string>();
        try
        {
            foreach (var file in FilesOf(path))
            {
                var set = Parse(File.ReadAllText(file), file, clusterNetworks);
                networks.AddRange(set.Networks);
                errors.AddRange(set.Errors);
                skipped.AddRange(set.Skipped);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{path}: cannot be read: {e.Message}");
        }
        return new EgressManifestSet(networks.ToImmutable(), errors.ToImmutable(), skipped.ToImmutable());
    }

    /// <param name="file">Its name, for errors.</param>
    public static EgressManifestSet Parse(string text, string file, ImmutableArray<IPNetwork> clusterNetworks)
    {
        var networks = ImmutableArray.CreateBuilder<EgressNetwork>();
        var report = new ManifestReport(file);
        var reader = new EgressNetworkReader(clusterNetworks);
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            report.Error(e.Start, $"is not YAML: {e.InnerException?.Message ?? e.Message}");
        }
        foreach (var document in stream.Documents)
            ReadDocument(new ManifestNode(document.RootNode, "", report), reader, networks);
        return new EgressManifestSet(networks.ToImmutable(), report.Errors, report.Skipped);
    }

    private static IEnumerable<string> FilesOf(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path)
            .Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase) && !Path.GetFileName(f).StartsWith('.'))
            .Order(StringComparer.Ordinal)
        : [path];

    /// <summary>A resource, or a List of them, as <c>kubectl get -o yaml</c> prints it.</summary>
    private static void ReadDocument(ManifestNode document, EgressNetworkReader reader, ImmutableArray<EgressNetwork>.Builder networks)
    {
        var kind = document.Field("kind")?.Text();
        if (kind is "List" or EgressNetworkReader.Kind + "List" && document.Field("items") is { } items)
        {
            foreach (var item in items.Items())
                ReadDocument(item, reader, networks);
            return;
        }
        var version = document.Field("apiVersion")?.Text();
        var isOwn = version == EgressNetworkReader.OwnVersion;
        if (kind != EgressNetworkReader.Kind || !IsPolicyGroup(version))
            document.Skip(Describe(document, kind, version));
        else if (!isOwn && version != EgressNetworkReader.LinkerdVersion)
            document.Error($"apiVersion: '{version}' is not known; it is {EgressNetworkReader.LinkerdVersion} or {EgressNetworkReader.OwnVersion}");
        else if (reader.Read(document, isOwn) is { } network)
            networks.Add(network);
    }

    private static bool IsPolicyGroup(string? version) =>
        version is not null && (version.StartsWith("policy.linkerd.io/") || version.StartsWith("policy.meshproxy.io/"));

    private static string Describe(ManifestNode document, string? kind, string? version)
    {
        var name = document.Field("metadata")?.Field("name")?.Text();
        return kind is null ? "a document without a kind" : $"{kind} {name ?? "without a name"} ({version ?? "no apiVersion"})";
    }
}
