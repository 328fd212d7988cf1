using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>Our entry in the one list that the runtime uses: the first that is valid.</summary>
internal sealed class NetworkList(InstallSettings settings, TimeProvider time)
{
    /// <summary>A file that is no JSON is being written, as long as it is this young. Then it is broken, and the next one counts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A writer that is faster than this many tries is waited for until its next event.</summary>
    private const int MostTries = 5;

    private readonly JsonObject _entry = PluginEntry.Of(settings);

    /// <returns>What covers the node, or why nothing does.</returns>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public string Ensure(ImmutableArray<string>.Builder changes, out bool isCovered)
    {
        isCovered = false;
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (FirstUsable(out var reason) is not { } file)
                return reason;
            if (Incompatible(file) is { } incompatible)
                return incompatible;
            if (Place(file, changes))
            {
                isCovered = true;
                return $"{file.Path} names {settings.PluginName}";
            }
        }
        return $"{settings.ConfigFolder}: somebody rewrites the list all the time";
    }

    private NetworkFile? FirstUsable(out string reason)
    {
        reason = $"no network configuration in {settings.ConfigFolder} yet; waiting for the cluster's own CNI plugin";
        foreach (var path in NetworkFile.In(settings.ConfigFolder))
        {
            if (NetworkFile.Read(path) is not { } file)
                continue;
            if (file.List is not null || file.Single is not null)
                return file;
            reason = $"{path} is half-written or broken: {file.Error}";
            if (time.GetUtcNow() - File.GetLastWriteTimeUtc(path) < Patience)
                return null;
        }
        return null;
    }

    /// <summary>In a list of a version that the plugin does not speak, it would fail every pod of the node.</summary>
    private static string? Incompatible(NetworkFile file)
    {
        var version = file.List?.Version ?? file.Single?["cniVersion"]?.ToString();
        return version is not null && CniVersions.Supported.Contains(version)
            ? null
            : $"{file.Path} has cniVersion {version ?? "none"}, and {string.Join(", ", CniVersions.Supported)} are spoken here: left alone";
    }

    /// <returns>False where somebody else wrote meanwhile.</returns>
    private bool Place(NetworkFile file, ImmutableArray<string>.Builder changes)
    {
        if (file.List is not { } list)
            return Convert(file.Path, file.Single!, changes);
        var beside = DropInFolder.PathFor(list, settings);
        var isDroppedIn = settings.Placement == ListPlacement.DropIn && beside is not null && !list.LoadsOnlyInlined;
        if (isDroppedIn && DropInFolder.Write(beside!, _entry))
            changes.Add($"wrote {beside}");
        var text = isDroppedIn ? list.Without(settings.PluginName) : list.With(_entry);
        if (!list.Bytes.SequenceEqual(text))
        {
            if (!DurableFile.TryReplace(file.Path, list.Bytes, text))
                return false;
            changes.Add($"{(isDroppedIn ? "took" : "put")} {settings.PluginName} {(isDroppedIn ? "out of" : "into")} {file.Path}");
        }
        if (!isDroppedIn && beside is not null && File.Exists(beside))
            DurableFile.Remove(beside);
        return true;
    }

    /// <summary>
    /// One plugin becomes a list beside it, which counts from the moment the file of one plugin is renamed to what no runtime reads.
    /// </summary>
    private bool Convert(string path, JsonObject single, ImmutableArray<string>.Builder changes)
    {
        var list = new JsonObject
        {
            ["cniVersion"] = single["cniVersion"]!.DeepClone(),
            ["name"] = single["name"]?.DeepClone() ?? "cluster",
            ["plugins"] = new JsonArray(single.DeepClone(), _entry.DeepClone()),
        };
        var listPath = SinglePlugin.ListPathOf(path);
        var text = PluginListText.Format(list, indented: true) + "\n";
        DurableFile.Write(listPath, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)), File.GetUnixFileMode(path));
        DurableFile.Rename(path, SinglePlugin.KeptPathOf(path));
        changes.Add($"made {listPath} of {path}, which is kept as {SinglePlugin.KeptPathOf(path)}");
        return true;
    }
}
