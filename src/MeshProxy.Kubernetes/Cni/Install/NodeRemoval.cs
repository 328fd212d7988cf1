using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// Takes the plugin off a node: the configuration first, then, when no call runs any more, the binary. A runtime that read the list before
/// may still be about to start it, so that quiet has to last.
/// </summary>
public sealed class NodeRemoval(InstallSettings settings, TimeProvider time)
{
    private const int MostTries = 100;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <returns>What was changed, a line each.</returns>
    /// <exception cref="IOException">A list cannot be changed; then the binary stays.</exception>
    public ImmutableArray<string> RemoveConfiguration()
    {
        var changes = ImmutableArray.CreateBuilder<string>();
        if (!Directory.Exists(settings.ConfigFolder))
            return [];
        DurableFile.RemoveLeftovers(settings.ConfigFolder);
        foreach (var (kept, original) in SinglePlugin.KeptIn(settings.ConfigFolder))
            Restore(kept, original, changes);
        foreach (var dropIn in DropInFolder.AllIn(settings))
        {
            DurableFile.Remove(dropIn);
            changes.Add($"removed {dropIn}");
        }
        foreach (var path in NetworkFile.In(settings.ConfigFolder).Concat(ExclusiveCni.RenamedIn(settings.ConfigFolder)))
        {
            if (TakeOut(path))
                changes.Add($"took {settings.PluginName} out of {path}");
        }
        return changes.ToImmutable();
    }

    /// <summary>Until no call has been seen running for as long as asked.</summary>
    /// <param name="longest">After that it goes all the same: a call that hangs must not keep it for ever.</param>
    /// <returns>False where a call still ran at the end.</returns>
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

    /// <returns>False where there was none.</returns>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public bool RemoveBinary()
    {
        if (!Directory.Exists(settings.BinaryFolder))
            return false;
        DurableFile.RemoveLeftovers(settings.BinaryFolder);
        if (!File.Exists(settings.BinaryPath))
            return false;
        DurableFile.Remove(settings.BinaryPath);
        return true;
    }

    /// <summary>Each call holds a shared lock on the binary as long as it runs.</summary>
    private bool IsRunning()
    {
        try
        {
            using var alone = File.OpenHandle(settings.BinaryPath, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>The runtime takes the original from the moment it has its name again, for that comes first.</summary>
    private static void Restore(string kept, string original, ImmutableArray<string>.Builder changes)
    {
        if (File.Exists(original))
            DurableFile.Remove(kept);
        else
            DurableFile.Rename(kept, original);
        DurableFile.Remove(SinglePlugin.ListPathOf(original));
        changes.Add($"gave {original} back");
    }

    private bool TakeOut(string path)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (NetworkFile.Read(path)?.List is not { } list || !list.Names(settings.PluginName))
                return false;
            if (DurableFile.TryReplace(path, list.Bytes, list.Without(settings.PluginName)))
                return true;
        }
        throw new IOException($"{path}: somebody rewrites the list all the time");
    }
}
