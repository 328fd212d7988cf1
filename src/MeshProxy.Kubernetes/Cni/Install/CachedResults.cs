using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// What runtimes keep of each container that runs: the list that it was started with, and CRI-O and podman take it down by that one and no
/// other (libcni, <c>/var/lib/cni/results</c>, kind <c>cniCacheV1</c>).
/// </summary>
public static class CachedResults
{
    /// <param name="folder">That which has the folder <c>results</c>; where there is none, nothing is kept.</param>
    /// <returns>The files of containers whose list names the plugin.</returns>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static ImmutableArray<string> Naming(string folder, string pluginName)
    {
        var results = Path.Combine(folder, "results");
        return Directory.Exists(results) ? [.. Directory.GetFiles(results).Where(path => Names(path, pluginName))] : [];
    }

    private static bool Names(string path, string pluginName)
    {
        try
        {
            var list = ApiObject.Decoded(JsonNode.Parse(DurableFile.Read(path)), "config");
            return list.Contains($"\"{pluginName}\"", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return false;
        }
    }
}
