using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// The plugin on a node, brought to where it should be and kept there: binary first, configuration last, so that a runtime never finds a
/// list that names a plugin it has not. Asked after every change of either folder, and every now and then; does nothing where nothing has
/// to be done. Killed at any moment, it leaves both as they were before a step or after it.
/// </summary>
public sealed class NodeInstallation
{
    private readonly InstallSettings _settings;
    private readonly PluginBinary _binary;
    private readonly NetworkList _list;

    public NodeInstallation(InstallSettings settings, TimeProvider time) =>
        (_settings, _binary, _list) = (settings, new PluginBinary(settings, time), new NetworkList(settings, time));

    /// <summary>Why nothing can be installed here at all; null where it can.</summary>
    public string? Refusal() =>
        Unwritable(
            _settings.BinaryFolder, "--bin-dir",
            "mount the runtime's plugin folder; where the system keeps it read-only, configure the runtime"
            + " (containerd: bin_dir, CRI-O: plugin_dirs) for a writable one and name that")
        ?? Unwritable(_settings.ConfigFolder, "--conf-dir", "mount the runtime's network configuration folder");

    /// <summary>
    /// 1. The binary. 2. Its credentials, if it needs any. 3. The list that the runtime uses. 4. Binaries of before. What fails is in the
    /// reason, and is tried again at the next call.
    /// </summary>
    public Coverage Ensure()
    {
        var changes = ImmutableArray.CreateBuilder<string>();
        try
        {
            if (_binary.Install())
                changes.Add($"installed {_binary.Path}");
            if (_settings.Api?.Renew() == true)
                changes.Add($"renewed the credentials in {_settings.Api.Folder}");
            foreach (var list in ExchangeLeftovers.Settle(_settings.ConfigFolder, _settings.PluginName))
                changes.Add($"put {list} back as somebody had rewritten it");
            var reason = _list.Ensure(changes, out var isCovered);
            foreach (var file in _binary.RemoveReplaced())
                changes.Add($"removed {file}, which no call runs any more");
            return new Coverage(isCovered, reason, changes.ToImmutable(), ExclusiveCni.WarningsIn(_settings.ConfigFolder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Coverage(false, e.Message, changes.ToImmutable(), []);
        }
    }

    private static string? Unwritable(string folder, string option, string cure)
    {
        if (!Directory.Exists(folder))
            return $"{option} {folder} does not exist here; {cure}";
        try
        {
            DurableFile.TryOut(folder);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{option} {folder} cannot be written to ({e.Message}); {cure}";
        }
    }
}
