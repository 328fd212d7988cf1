using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>Our entry in the one list that the runtime uses: the first that is valid.</summary>
internal sealed class NetworkList(InstallSettings settings, TimeProvider time)
{
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
            {
                TakeOut(file, changes);
                return incompatible;
            }
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
            reason = file.IsElsewhere ? file.Error : $"{path} is half-written or broken: {file.Error}";
            // The runtime takes what a link leads to, so that none after it counts.
            if (file.IsElsewhere || time.GetUtcNow() - File.GetLastWriteTimeUtc(path) < NetworkFile.Patience)
                return null;
        }
        return null;
    }

    /// <summary>It had our entry when it was of another version. A writer that comes in between has it until the next look.</summary>
    private void TakeOut(NetworkFile file, ImmutableArray<string>.Builder changes)
    {
        if (file.List is { } list && list.Names(settings.PluginName)
            && DurableFile.TryReplace(file.Path, list.Bytes, list.Without(settings.PluginName)))
            changes.Add($"took {settings.PluginName} out of {file.Path}");
    }

    /// <summary>In a list of a version that the plugin does not speak, it would fail every pod of the node.</summary>
    private static string? Incompatible(NetworkFile file)
    {
        var version = file.List?.Version ?? file.Single?["cniVersion"]?.ToString();
        return version is not null && CniVersions.Supported.Contains(version)
            ? null
            : $"{file.Path} has cniVersion {version ?? "none"}; this plugin speaks {string.Join(", ", CniVersions.Supported)}";
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
        var kept = SinglePlugin.KeptPathOf(path);
        var text = PluginListText.Format(SinglePlugin.ListOf(single, _entry), indented: true) + "\n";
        var listPath = SinglePlugin.ListPathsOf(path).FirstOrDefault(name => !File.Exists(name) || IsOurs(name))
            ?? throw new IOException($"{path} is no list, and no name is free to make one of it: "
                + $"{string.Join(" and ", SinglePlugin.ListPathsOf(path))} are somebody's");
        DurableFile.Write(listPath, stream => stream.Write(Encoding.UTF8.GetBytes(text)), File.GetUnixFileMode(path));
        DurableFile.Rename(path, kept);
        changes.Add($"made {listPath} of {path}, which is kept as {kept}");
        return true;

        bool IsOurs(string name) => new[] { path, kept }.Any(
            original => File.Exists(original) && SinglePlugin.IsListOf(DurableFile.Read(original), name, settings.PluginName));
    }
}
