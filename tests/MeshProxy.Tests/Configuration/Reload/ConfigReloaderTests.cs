using MeshProxy.Tests.Support;
using static MeshProxy.Tests.Configuration.Reload.WatchedConfig;

namespace MeshProxy.Tests.Configuration.Reload;

public sealed class ConfigReloaderTests
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Bad_file_changes_nothing_and_every_mistake_is_logged()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path, watch: false);
        var before = watched.Reloader.Current;
        File.WriteAllText(path, """{ "shutdown": { "gracePeriod": "2s" }, "loops": { "count": -1 }, "lgo": {} }""");
        watched.Reloader.Check(force: false);

        Assert.Same(before, watched.Reloader.Current);
        Assert.Null(watched.AppliedNow);
        Assert.Equal((0, 1), (watched.Reloader.Accepted, watched.Reloader.Rejected));
        Assert.Collection(watched.Log.End(),
            line => Assert.Contains("error 1011 configuration: " + path + ":1: loops.count is -1", line),
            line => Assert.Contains("error 1011 configuration: " + path + ":1: lgo is not a key; did you mean log?", line),
            line => Assert.Contains($"error 1012 configuration refused, 2 mistake(s) in {path}; the old one stays in force", line));
    }

    [Fact]
    public async Task Bad_file_is_reported_once_and_a_mended_one_is_taken_over()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path, watch: false);
        File.WriteAllText(path, "{");
        watched.Reloader.Check(force: false);
        watched.Reloader.Check(force: false);
        Assert.Equal(1, watched.Reloader.Rejected);

        File.WriteAllText(path, Grace(2));
        watched.Reloader.Check(force: false);
        Assert.Equal(2, (await watched.NextGraceAsync()).TotalSeconds);
        Assert.Equal(1, watched.Reloader.Accepted);
    }

    [Fact]
    public async Task Unchanged_content_is_no_reload_unless_somebody_asked()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path, watch: false);
        File.WriteAllText(path, Grace(1));
        watched.Reloader.Check(force: false);
        Assert.Equal(0, watched.Reloader.Accepted);
        watched.Reloader.Check(force: true);
        Assert.Equal(1, watched.Reloader.Accepted);
        Assert.Contains("nothing changed", watched.Log.End()[^1]);
    }

    [Fact]
    public async Task Keys_fixed_at_start_are_reported_and_the_rest_of_the_file_is_taken_over()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path, watch: false);
        File.WriteAllText(
            path, """{ "shutdown": { "gracePeriod": "2s" }, "loops": { "count": 7 }, "inbound": { "listen": "10.0.0.1:1" } }""");
        watched.Reloader.Check(force: false);

        var settings = watched.AppliedNow!.Settings.Proxy;
        Assert.Equal(2, settings.Shutdown.GracePeriod!.Value.TotalSeconds);
        Assert.Equal(0, settings.Loops.Count);
        Assert.Equal(["0.0.0.0:4143", "[::]:4143"], settings.Inbound.Listen.Select(e => e.ToString()));
        Assert.Collection(watched.Log.End(),
            line => Assert.Contains(
                "warn  1013 inbound.listen takes effect at the next start: "
                + "[\"0.0.0.0:4143\",\"[::]:4143\"] stays until then, not [\"10.0.0.1:1\"]",
                line),
            line => Assert.Contains("warn  1013 loops.count takes effect at the next start: 0 stays until then, not 7", line),
            line => Assert.Contains("info  1010 configuration taken over from " + path + ": shutdown.gracePeriod \"1s\" → \"2s\"", line));
    }

    [Fact]
    public async Task Missing_file_is_said_once()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path, watch: false);
        File.Delete(path);
        watched.Reloader.Check(force: false);
        watched.Reloader.Check(force: false);
        Assert.Contains(
            $"{path}: the configuration file does not exist; the configuration in force stays",
            Assert.Single(watched.Log.End()));
    }

    [Fact]
    public async Task Same_file_that_comes_back_is_quietly_the_same()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path, watch: false);
        File.Delete(path);
        watched.Reloader.Check(force: false);
        File.WriteAllText(path, Grace(1));
        watched.Reloader.Check(force: false);
        Assert.Contains("nothing changed", watched.Log.End()[^1]);
    }
}
