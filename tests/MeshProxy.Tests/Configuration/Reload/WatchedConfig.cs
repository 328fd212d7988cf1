using System.Threading.Channels;
using MeshProxy.Configuration;
using MeshProxy.Configuration.Reload;
using MeshProxy.Tests.Logging;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Configuration.Reload;

/// <summary>A real file, watched and reloaded as in the sidecar, with what was applied as a stream.</summary>
internal sealed class WatchedConfig : IAsyncDisposable
{
    private readonly Channel<LoadedConfig> _applied = Channel.CreateUnbounded<LoadedConfig>();
    private readonly TemporaryFolder _folder;
    private readonly ConfigFileWatch? _watch;

    /// <param name="path">In the folder; its content must be valid.</param>
    /// <param name="poll">Longer than any test by default, so that inotify alone can explain a change.</param>
    public WatchedConfig(TemporaryFolder folder, string path, TimeSpan? poll = null, bool watch = true)
    {
        _folder = folder;
        var loader = new ConfigLoader(new Dictionary<string, string>(), canBind: _ => true);
        var file = ConfigFile.FromOption(path);
        var log = new ReloadLog(Log.Logger());
        Reloader = new ConfigReloader(file, loader, loader.Load(file).Config!, (_, next) => _applied.Writer.TryWrite(next), log);
        if (watch)
        {
            _watch = new ConfigFileWatch(
                path, () => Reloader.ManifestsPath, () => Reloader.Check(force: false), log, poll ?? TimeSpan.FromHours(1));
        }
    }

    public MemoryLog Log { get; } = new();

    public ConfigReloader Reloader { get; }

    public LoadedConfig? AppliedNow => _applied.Reader.TryRead(out var applied) ? applied : null;

    /// <summary>The grace period of the next configuration that is applied: the value that these tests change.</summary>
    public async Task<TimeSpan> NextGraceAsync() => (await NextAsync()).Settings.Proxy.Shutdown.GracePeriod!.Value;

    public async Task<LoadedConfig> NextAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _applied.Reader.ReadAsync(timeout.Token);
    }

    public static string Grace(int seconds) => $$"""{ "shutdown": { "gracePeriod": "{{seconds}}s" } }""";

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        Log.Dispose();
        _folder.Dispose();
    }
}
