using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Reload;

/// <summary>
/// Keeps the configuration in force. A changed file that is valid as a whole is taken over, and so are changed manifests; with any mistake
/// in either nothing changes; a file that is gone changes nothing either, because an editor or the kubelet may be about to bring it back.
/// </summary>
/// <param name="apply">Takes the old and the new configuration; called once per accepted change, never twice at a time.</param>
internal sealed class ConfigReloader(
    ConfigFile file, ConfigLoader loader, LoadedConfig initial, Action<LoadedConfig, LoadedConfig> apply, ReloadLog log)
{
    private readonly Lock _gate = new();
    private byte[]? _content = file.Read(new ConfigErrors());
    private bool _isGone;
    private volatile ManifestsVersion _manifests = initial.Manifests.Version;
    private volatile LoadedConfig _current = initial;
    private long _accepted;
    private long _rejected;

    public LoadedConfig Current => _current;

    /// <summary>Where the configuration last read, accepted or not, has its manifests; empty for nowhere.</summary>
    public string ManifestsPath => _manifests.Path;

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Looks at the file and the manifests, and takes them over where their content is not what was last seen.</summary>
    /// <param name="force">Also where it is: somebody asked.</param>
    public void Check(bool force)
    {
        lock (_gate)
        {
            if (HasNewFile(force) || _manifests.IsOutdated)
                Load();
        }
    }

    /// <summary>Where there is no file, the one last seen counts; or none, if it was the environment alone from the start.</summary>
    private bool HasNewFile(bool force)
    {
        var errors = new ConfigErrors();
        var (old, wasGone) = (_content, _isGone);
        if (file.Read(errors) is not { } content)
        {
            OnUnreadable(errors, force);
            return false;
        }
        (_content, _isGone) = (content, false);
        return force || wasGone || old is null || !content.AsSpan().SequenceEqual(old);
    }

    /// <summary>Said once, not at every look.</summary>
    private void OnUnreadable(ConfigErrors errors, bool force)
    {
        if ((_content is null || _isGone) && !force)
            return;
        _isGone = true;
        log.FileGone(errors.Count > 0 ? errors.ToImmutable()[0].ToString() : $"{file.Path}: the configuration file does not exist");
    }

    private void Load()
    {
        var result = loader.Load(file.Path, _content);
        _manifests = result.Manifests;
        if (!result.IsValid)
        {
            Interlocked.Increment(ref _rejected);
            foreach (var error in result.Errors)
                log.Mistake(error.ToString());
            log.Rejected(result.Errors.Length, file.Path);
            return;
        }
        TakeOver(result.Config);
        // Counted last: who sees the count finds the settings in force.
        Interlocked.Increment(ref _accepted);
    }

    private void TakeOver(LoadedConfig next)
    {
        var running = _current;
        foreach (var key in next.Values.ChangedFrom(running.Values).Where(key => key.Reload == ConfigReload.NeedsRestart))
            log.NeedsRestart(key.Path, running.Values[key].ToString(), next.Values[key].ToString());
        var merged = loader.Merge(running, next);
        _current = merged;
        apply(running, merged);
        foreach (var document in merged.Manifests.Skipped.Except(running.Manifests.Skipped))
            log.Skipped(document);
        log.Applied(file.Path, Describe(running, merged));
    }

    private static string Describe(LoadedConfig running, LoadedConfig next)
    {
        var changes = next.Values.ChangedFrom(running.Values)
            .Select(key => $"{key.Path} {running.Values[key]} → {next.Values[key]}").ToList();
        if (next.Manifests.Version != running.Manifests.Version)
            changes.Add($"manifests with {running.Manifests.Networks.Length} network(s) → {next.Manifests.Networks.Length}");
        return changes.Count == 0 ? "nothing changed" : string.Join(", ", changes);
    }
}
