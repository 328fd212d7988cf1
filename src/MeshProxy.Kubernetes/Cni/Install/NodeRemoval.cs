using System.Collections.Immutable;
using System.Text;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// Takes the plugin off a node: the configuration first, then, when no call runs any more, the binary. A runtime that read the list before
/// may still be about to start it, so that quiet has to last; and one that keeps lists for taking pods down needs it as long as they run.
/// </summary>
public sealed class NodeRemoval(InstallSettings settings, TimeProvider time)
{
    private const int MostTries = 100;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private IEnumerable<string> Files => NetworkFile.In(settings.ConfigFolder).Concat(ExclusiveCni.RenamedIn(settings.ConfigFolder));

    /// <summary>Waits for lists that are being written.</summary>
    /// <returns>What was changed, a line each.</returns>
    /// <exception cref="IOException">A list cannot be changed; then the binary stays.</exception>
    public async Task<ImmutableArray<string>> RemoveConfigurationAsync(CancellationToken cancelled)
    {
        var changes = ImmutableArray.CreateBuilder<string>();
        if (!Directory.Exists(settings.ConfigFolder))
            return [];
        foreach (var list in ExchangeLeftovers.Settle(settings.ConfigFolder, settings.PluginName))
            changes.Add($"put {list} back as somebody had rewritten it");
        foreach (var (kept, original) in SinglePlugin.KeptIn(settings.ConfigFolder))
            changes.Add(await RestoreAsync(kept, original, cancelled));
        foreach (var dropIn in DropInFolder.AllIn(settings))
        {
            DurableFile.Remove(dropIn);
            changes.Add($"removed {dropIn}");
        }
        foreach (var path in Files)
        {
            if (await TakeOutAsync(path, cancelled))
                changes.Add($"took {settings.PluginName} out of {path}");
        }
        return changes.ToImmutable();
    }

    /// <summary>Files that a runtime may find the plugin's name in; a file that is broken counts by its text.</summary>
    public ImmutableArray<string> Naming() => !Directory.Exists(settings.ConfigFolder) ? [] :
    [
        .. Files.Where(path =>
            NetworkFile.Read(path) is { IsElsewhere: false } file && (file.List?.Names(settings.PluginName) ?? IsInText(path))),
        .. DropInFolder.AllIn(settings),
    ];

    /// <summary>Until no call has been seen running for as long as asked.</summary>
    /// <returns>False where a call still ran at the end of <paramref name="longest"/>.</returns>
    public async Task<bool> WaitForCallsAsync(TimeSpan quiet, TimeSpan longest, CancellationToken cancelled)
    {
        var began = time.GetTimestamp();
        var lastSeen = began;
        while (true)
        {
            if (IsRunning())
                lastSeen = time.GetTimestamp();
            else if (time.GetElapsedTime(lastSeen) >= quiet)
                return true;
            if (time.GetElapsedTime(began) > longest)
                return false;
            await Task.Delay(BetweenLooks, time, cancelled);
        }
    }

    /// <summary>Its name first, so that no call begins, then the files behind it.</summary>
    /// <returns>False where there was none.</returns>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public bool RemoveBinary()
    {
        if (!Directory.Exists(settings.BinaryFolder))
            return false;
        DurableFile.RemoveLeftovers(settings.BinaryFolder);
        string[] all = [settings.BinaryPath, .. PluginFile.AllIn(settings)];
        var there = all.Where(path => new FileInfo(path) is { Exists: true } or { LinkTarget: not null }).ToArray();
        foreach (var path in there)
            DurableFile.Remove(path);
        return there.Length > 0;
    }

    private bool IsRunning() => Directory.Exists(settings.BinaryFolder)
        && (PluginFile.IsRunning(settings.BinaryPath) || PluginFile.AllIn(settings).Any(PluginFile.IsRunning));

    private bool IsInText(string path) =>
        Encoding.UTF8.GetString(DurableFile.Read(path)).Contains($"\"{settings.PluginName}\"", StringComparison.Ordinal);

    /// <summary>
    /// The runtime takes the original from the moment it has its name again, for that comes first. A list that is not the one we made any
    /// more is somebody's, who means it to count.
    /// </summary>
    private async Task<string> RestoreAsync(string kept, string original, CancellationToken cancelled)
    {
        var single = DurableFile.Read(kept);
        var lists = SinglePlugin.ListPathsOf(original);
        var isNew = await SettledAsync(lists[0], cancelled) is { List: not null };
        var ours = lists.Where(list => SinglePlugin.IsListOf(single, list, settings.PluginName)).ToArray();
        if (File.Exists(original) || (isNew && ours.Length == 0))
        {
            DurableFile.Remove(kept);
            foreach (var list in ours)
                DurableFile.Remove(list);
            return $"removed {kept}, in whose place somebody has put another";
        }
        DurableFile.Rename(kept, original);
        foreach (var list in ours)
            DurableFile.Remove(list);
        return $"gave {original} back";
    }

    private async Task<bool> TakeOutAsync(string path, CancellationToken cancelled)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            if ((await SettledAsync(path, cancelled))?.List is not { } list || !list.Names(settings.PluginName))
                return false;
            if (DurableFile.TryReplace(path, list.Bytes, list.Without(settings.PluginName)))
                return true;
        }
        throw new IOException($"{path}: somebody rewrites the list all the time");
    }

    /// <summary>As it is when nobody writes it any more: a half-written list names nothing, and may name us in a moment.</summary>
    private async Task<NetworkFile?> SettledAsync(string path, CancellationToken cancelled)
    {
        while (true)
        {
            var file = NetworkFile.Read(path);
            var isBroken = file is { List: null, Single: null, IsElsewhere: false };
            if (!isBroken || time.GetUtcNow() - File.GetLastWriteTimeUtc(path) > NetworkFile.Patience)
                return file;
            await Task.Delay(BetweenLooks, time, cancelled);
        }
    }
}
