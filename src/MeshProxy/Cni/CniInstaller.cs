using MeshProxy.Admin;
using MeshProxy.Configuration;
using MeshProxy.Kubernetes.Cni.Install;
using MeshProxy.Kubernetes.Cni.Repair;
using MeshProxy.Lifecycle;
using MeshProxy.Logging;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Cni;

/// <summary>
/// The running installer. It starts as: (1) log, (2) admin, (3) first look, (4) watch of both folders, (5) repairs. It stops without
/// undoing anything.
/// </summary>
internal sealed class CniInstaller : IAsyncDisposable
{
    private const int LinesOfAKind = 20;

    private readonly SidecarLog _log = SidecarLog.ToConsole(new LogSettings(LogLevel.Information, LogFormat.Text, LinesOfAKind));
    private readonly CniInstallerEvents _events;
    private readonly CniInstallerState _state = new();
    private readonly NodeInstallation _installation;
    private readonly InstallSettings _settings;
    private readonly TimeSpan _poll;
    private readonly AdminServer _admin;
    private readonly StopRequest _stop = new();
    private readonly SignalHandlers _signals;
    private readonly CniRepairs? _repairs;
    private NodeFolderWatch? _watch;

    /// <param name="repair">Null repairs no pod.</param>
    public CniInstaller(NodeInstallation installation, InstallSettings settings, AdminSettings admin, TimeSpan poll, RepairSettings? repair)
    {
        (_installation, _settings, _poll) = (installation, settings, poll);
        _events = new CniInstallerEvents(_log.CreateLogger<CniInstaller>());
        _repairs = repair is null ? null : new CniRepairs(repair, _state, _events);
        _admin = new AdminServer(admin, new CniInstallerRoutes(_state), _log);
        _signals = new SignalHandlers(_stop) { OnHangUp = Look };
    }

    /// <summary>Throws <see cref="Transport.Sockets.ListenException"/> where the address cannot be bound; then dispose.</summary>
    public async Task StartAsync()
    {
        _events.Starting(BuildVersion.Version, Environment.ProcessId, _settings.BinaryFolder, _settings.ConfigFolder);
        await _admin.StartAsync();
        Look();
        _watch = new NodeFolderWatch([_settings.ConfigFolder, _settings.BinaryFolder], _poll, Look, _events);
        _repairs?.Start();
    }

    public async Task RunUntilStoppedAsync() => _events.Stopping(await _stop.Asked);

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        if (_repairs is not null)
            await _repairs.DisposeAsync();
        await _admin.DisposeAsync();
        _signals.Dispose();
        _stop.Dispose();
        _log.Dispose();
    }

    /// <summary>Also called by SIGHUP, on a thread of its own.</summary>
    private void Look()
    {
        lock (_installation)
        {
            var (before, now) = (_state.Coverage, _installation.Ensure());
            _state.Take(now);
            foreach (var change in now.Changes)
                _events.Changed(change);
            foreach (var warning in now.Warnings.Except(before.Warnings))
                _events.Endangered(warning);
            if (now.IsCovered && !before.IsCovered)
                _events.Covered(now.Reason);
            else if (!now.IsCovered && now.Reason != before.Reason)
                _events.Uncovered(now.Reason);
        }
    }
}
