using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration.Reload;

/// <summary>
/// Keeps the configuration in force. A changed file that is valid as a whole is taken over; one with any mistake changes nothing; one
/// that is gone changes nothing either, because an editor or the kubelet may be about to bring it back.
/// </summary>
/// <param name="apply">Takes the old and the new configuration; called once per accepted change, never twice at a time.</param>
internal sealed class ConfigReloader(
    ConfigFile file, ConfigLoader loader, LoadedConfig initial, Action<LoadedConfig, LoadedConfig> apply, ReloadLog log)
{
    private readonly Lock _gate = new();
    private byte[]? _seen = file.Read(new ConfigErrors());
    private volatile LoadedConfig _current = initial;
    private long _accepted;
    private long _rejected;

    public LoadedConfig Current => _current;

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Looks at the file, and takes it over where its content is not what was last seen.</summary>
    /// <param name="force">Also where it is: somebody asked.</param>
    public void Check(bool force)
    {
        lock (_gate)
        {
            var errors = new ConfigErrors();
            var content = file.Read(errors);
            if (content is null)
                OnUnreadable(errors, force);
            else if (force || _seen is null || !content.AsSpan().SequenceEqual(_seen))
            {
                _seen = content;
                Load(content);
            }
        }
    }

    /// <summary>Said once, not at every look.</summary>
    private void OnUnreadable(ConfigErrors errors, bool force)
    {
        if (_seen is null && !force)
            return;
        _seen = null;
        log.FileGone(errors.Count > 0 ? errors.ToImmutable()[0].ToString() : $"{file.Path}: the configuration file does not exist");
    }

    private void Load(byte[] content)
    {
        var result = loader.Load(file.Path, content);
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
        var changes = merged.Values.ChangedFrom(running.Values)
            .Select(key => $"{key.Path} {running.Values[key]} → {merged.Values[key]}").ToList();
        _current = merged;
        apply(running, merged);
        log.Applied(file.Path, changes.Count == 0 ? "nothing changed" : string.Join(", ", changes));
    }
}
