using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>
/// What is missing between the cluster as it is and one ConfigMap per meshed namespace that holds its egress networks: those of
/// MeshProxy's own namespace, which are for all, and those of the namespace itself. Pure, and empty where all is as it should be.
/// Nothing is ever deleted: a namespace that leaves the mesh has sidecars that run on and read the map, and without it would let everything
/// out; it goes with its namespace.
/// </summary>
/// <param name="Errors">Why something cannot be as somebody wants it, a line each.</param>
/// <param name="WrongNetworks">Networks with an error.</param>
internal sealed record EgressPlan(ImmutableArray<EgressWrite> Writes, ImmutableArray<string> Errors, int WrongNetworks)
{
    /// <summary>The API server takes 1 MiB.</summary>
    private const int LongestData = 1 << 20;

    /// <param name="networks">EgressNetworks of all namespaces.</param>
    /// <param name="maps">The ConfigMaps of the name that there are, by full name.</param>
    public static EgressPlan Of(
        IEnumerable<JsonObject> namespaces, IEnumerable<JsonObject> networks, IReadOnlyDictionary<string, JsonObject> maps, string own)
    {
        var resources = networks.Select(EgressResource.Of).OrderBy(resource => resource.File, StringComparer.Ordinal).ToList();
        var errors = resources.SelectMany(resource => resource.Errors).ToImmutableArray().ToBuilder();
        var writes = ImmutableArray.CreateBuilder<EgressWrite>();
        foreach (var space in namespaces.OrderBy(ApiObject.FullName, StringComparer.Ordinal))
        {
            var name = ApiObject.FullName(space);
            var map = maps.GetValueOrDefault($"{name}/{EgressConfigMap.Name}");
            var isMeshed = IsMeshed(space);
            if (IsLeaving(space) || !isMeshed && (map is null || !EgressConfigMap.IsOwn(map)))
                continue;
            var files = Files(resources.Where(r => r.Namespace == own || r.Namespace == name), map);
            if (map is not null && !EgressConfigMap.IsOwn(map))
                errors.Add($"ConfigMap {name}/{EgressConfigMap.Name} is somebody else's, and left as it is; delete it");
            else if (files.Sum(file => Encoding.UTF8.GetByteCount(file.Key) + Encoding.UTF8.GetByteCount(file.Value)) > LongestData)
                errors.Add($"namespace {name}: its egress networks are longer than a ConfigMap can be, 1 MiB, and left as they were");
            else if (Write(name, files, map) is { } write)
                writes.Add(write);
        }
        return new EgressPlan(writes.ToImmutable(), errors.ToImmutable(), resources.Count(resource => !resource.Errors.IsEmpty));
    }

    /// <summary>The label by which the webhook's configuration selects; a namespace that is being deleted takes nothing new.</summary>
    public static bool IsMeshed(JsonObject space) =>
        ApiObject.Labels(space).GetValueOrDefault(AnnotationNames.Inject) == AnnotationTable.Enabled
        && !IsLeaving(space);

    private static bool IsLeaving(JsonObject space) => ApiObject.Text(space, "metadata", "deletionTimestamp") is not null;

    /// <summary>One wrong file would make sidecars refuse all, so a network that is wrong stays as it was when it last was right.</summary>
    private static SortedDictionary<string, string> Files(IEnumerable<EgressResource> resources, JsonObject? map)
    {
        var (before, files) = (map is null ? [] : EgressConfigMap.Files(map), new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var resource in resources)
        {
            if (resource.Errors.IsEmpty)
                files[resource.File] = resource.Text;
            else if (before.TryGetValue(resource.File, out var last))
                files[resource.File] = last;
        }
        return files;
    }

    private static EgressWrite? Write(string space, SortedDictionary<string, string> files, JsonObject? map)
    {
        if (map is null)
            return new EgressWrite(space, EgressConfigMap.Of(space, files, null), IsNew: true);
        var before = EgressConfigMap.Files(map);
        var isSame = before.Count == files.Count && files.All(file => before.GetValueOrDefault(file.Key) == file.Value);
        return isSame ? null
            : new EgressWrite(space, EgressConfigMap.Of(space, files, ApiObject.Text(map, "metadata", "resourceVersion")), IsNew: false);
    }
}
