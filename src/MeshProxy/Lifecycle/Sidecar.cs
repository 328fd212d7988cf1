using System.Globalization;
using MeshProxy.Admin;
using MeshProxy.Configuration;
using MeshProxy.Configuration.Reload;
using MeshProxy.DataPlane;
using MeshProxy.Logging;
using MeshProxy.Telemetry;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Lifecycle;

/// <summary>
/// The running sidecar. It starts as: (1) log, (2) admin, so that /live answers and /ready says 503, (3) data plane, (4) watch of the
/// configuration, (5) ready. It stops as: (1) not ready, (2) data plane drained (<see cref="StopSequence"/>), (3) admin,
/// which answers until here, (4) log.
/// </summary>
internal sealed class Sidecar : IAsyncDisposable
{
    /// <summary>After a second signal the ordinary way takes milliseconds; where it does not, the process ends without it.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromMilliseconds(500);

    private readonly ConfigFile _file;
    private readonly SidecarLog _log;
    private readonly SidecarEvents _events;
    private readonly ReloadLog _reloadLog;
    private readonly StopRequest _stop;
    private readonly ProxyServer _server;
    private readonly ReadyState _ready;
    private readonly ConfigReloader _reloader;
    private readonly AdminServer _admin;
    private ConfigFileWatch? _watch;
    private HeapTrim? _trim;

    public Sidecar(ConfigFile file, ConfigLoader loader, LoadedConfig config, StopRequest stop, SignalHandlers signals)
    {
        _stop = stop;
        _file = file;
        _log = SidecarLog.ToConsole(config.Settings.Log);
        _events = new SidecarEvents(_log.CreateLogger<Sidecar>());
        _reloadLog = new ReloadLog(_log.CreateLogger<ConfigReloader>());
        _server = new ProxyServer(config.Settings.Proxy, _log, accessLines: _log.WriteLine);
        _ready = new ReadyState(_server);
        _reloader = new ConfigReloader(file, loader, config, Apply, _reloadLog);
        var metrics = new MetricsPage(_server, _reloader, _log);
        _admin = new AdminServer(config.Settings.Admin, new AdminRoutes(_ready, _stop, _server, _reloader, metrics, _log), _log);
        signals.OnHangUp = () => _reloader.Check(force: true);
        _events.Starting(BuildVersion.Version, Environment.ProcessId, config.Values.Written, file.Path);
        foreach (var document in config.Manifests.Skipped)
            _reloadLog.Skipped(document);
    }

    /// <summary>Throws <see cref="Transport.Sockets.ListenException"/> where an address cannot be bound; then dispose.</summary>
    public async Task StartAsync()
    {
        await _admin.StartAsync();
        _server.Start();
        _watch = new ConfigFileWatch(_file.Path, () => _reloader.ManifestsPath, () => _reloader.Check(force: false), _reloadLog);
        _trim = new HeapTrim(TimeProvider.System);
        _ready.IsStarted = true;
        _events.Ready(ProcessStat.Read().Age.TotalMilliseconds);
        _ = GiveBackStartAsync();
    }

    public async Task RunUntilStoppedAsync()
    {
        _events.Stopping(await _stop.Asked);
        using var impatience = _stop.Now.Register(EndAtOnce);
        var began = TimeProvider.System.GetTimestamp();
        await new StopSequence(_server, _reloader.Current.Settings.Proxy.Shutdown, _stop, _events).RunAsync();
        _events.Ended(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
    }

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        if (_trim is not null)
            await _trim.DisposeAsync();
        await _server.DisposeAsync();
        await _admin.DisposeAsync();
        _log.Dispose();
    }

    private void Apply(LoadedConfig running, LoadedConfig next)
    {
        // A level set at the admin port holds until the file says another than it said before.
        var level = next.Settings.Log.Level == running.Settings.Log.Level ? _log.Level : next.Settings.Log.Level;
        _log.Apply(next.Settings.Log with { Level = level });
        _server.Apply(next.Settings.Proxy);
    }

    private static async Task GiveBackStartAsync()
    {
        await Task.Delay(StartupPages.Settled);
        StartupPages.GiveBack();
    }

    private void EndAtOnce()
    {
        _events.EndingAtOnce();
        var end = new Thread(ExitAfterLastPatience) { IsBackground = true };
        end.Start();
    }

    private static void ExitAfterLastPatience()
    {
        Thread.Sleep(LastPatience);
        Environment.Exit(0);
    }
}
