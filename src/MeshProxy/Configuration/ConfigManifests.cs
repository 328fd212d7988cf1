using System.Collections.Immutable;
using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;
using MeshProxy.Kubernetes.Egress;
using MeshProxy.Values;

namespace MeshProxy.Configuration;

/// <summary>What the manifests hold that the configuration names.</summary>
/// <param name="Version">Of which state of which path this is what was read.</param>
/// <param name="Skipped">Documents that are not about egress, one line each.</param>
internal sealed record ConfigManifests(ManifestsVersion Version, ImmutableArray<EgressNetwork> Networks, ImmutableArray<string> Skipped)
{
    public static ConfigManifests None { get; } = new(ManifestsVersion.None, [], []);

    /// <summary>A mistake in a manifest is a mistake in the configuration. Its line tells file, line and field by itself.</summary>
    /// <param name="refused">Keys whose values stand in for what was not allowed; a path among them leads nowhere.</param>
    public static ConfigManifests Load(ConfigValues values, IReadOnlySet<ConfigKey> refused, ConfigErrors errors)
    {
        var path = values.Get(EgressKeys.Manifests);
        if (path.Length == 0 || refused.Contains(EgressKeys.Manifests))
            return None;
        var files = ManifestFiles.Read(path);
        foreach (var unread in files.Errors)
            errors.Add(values.OriginOf(EgressKeys.Manifests), $"{EgressKeys.Manifests.Path}: {unread}");
        var set = EgressManifests.Parse(files with { Errors = [] }, values.Get(EgressKeys.ClusterNetworks));
        foreach (var mistake in set.Errors)
            errors.Add(ConfigOrigin.Default, mistake);
        return new ConfigManifests(new ManifestsVersion(path, files.Fingerprint), set.Networks, set.Skipped);
    }
}
