using System.Diagnostics;
using MeshProxy.Tests.Support;
using static MeshProxy.Tests.Configuration.Reload.WatchedConfig;

namespace MeshProxy.Tests.Configuration.Reload;

public sealed class ConfigFileWatchTests
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task File_that_is_written_over_is_taken_over()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path);
        File.WriteAllText(path, Grace(2));
        Assert.Equal(2, (await watched.NextGraceAsync()).TotalSeconds);
        File.WriteAllText(path, Grace(3));
        Assert.Equal(3, (await watched.NextGraceAsync()).TotalSeconds);
    }

    [Fact]
    public async Task File_that_an_editor_renames_into_place_is_taken_over()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path);
        for (var seconds = 2; seconds < 5; seconds++)
        {
            File.Move(_folder.Write("c.json~", Grace(seconds)), path, overwrite: true);
            Assert.Equal(seconds, (await watched.NextGraceAsync()).TotalSeconds);
        }
    }

    [Fact]
    public async Task ConfigMap_is_taken_over_when_the_kubelet_swaps_its_data_link()
    {
        var path = _folder.PathOf("c.json");
        Directory.CreateDirectory(_folder.PathOf("..v1"));
        _folder.Write("..v1/c.json", Grace(1));
        Directory.CreateSymbolicLink(_folder.PathOf("..data"), "..v1");
        File.CreateSymbolicLink(path, "..data/c.json");
        await using var watched = new WatchedConfig(_folder, path);

        for (var version = 2; version < 5; version++)
        {
            Directory.CreateDirectory(_folder.PathOf($"..v{version}"));
            _folder.Write($"..v{version}/c.json", Grace(version));
            Directory.CreateSymbolicLink(_folder.PathOf("..data_tmp"), $"..v{version}");
            // rename(2) of a link onto a link, which File.Move will not do where they lead to folders.
            using (var rename = Process.Start("mv", ["-T", _folder.PathOf("..data_tmp"), _folder.PathOf("..data")]))
                await rename.WaitForExitAsync();
            Directory.Delete(_folder.PathOf($"..v{version - 1}"), recursive: true);
            Assert.Equal(version, (await watched.NextGraceAsync()).TotalSeconds);
        }
    }

    [Fact]
    public async Task File_that_is_deleted_changes_nothing_and_is_taken_over_when_it_comes_back()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path);
        File.Delete(path);
        watched.Reloader.Check(force: false);
        Assert.Equal(1, watched.Reloader.Current.Settings.Proxy.Shutdown.GracePeriod!.Value.TotalSeconds);

        File.WriteAllText(path, Grace(2));
        Assert.Equal(2, (await watched.NextGraceAsync()).TotalSeconds);
    }

    [Fact]
    public async Task Folder_that_is_replaced_is_found_by_the_poll()
    {
        var path = _folder.PathOf("sub/c.json");
        Directory.CreateDirectory(_folder.PathOf("sub"));
        File.WriteAllText(path, Grace(1));
        await using var watched = new WatchedConfig(_folder, path, TimeSpan.FromMilliseconds(50));

        Directory.Delete(_folder.PathOf("sub"), recursive: true);
        Directory.CreateDirectory(_folder.PathOf("sub"));
        File.WriteAllText(path, Grace(2));
        Assert.Equal(2, (await watched.NextGraceAsync()).TotalSeconds);
    }

    [Fact]
    public async Task Folder_that_never_comes_to_rest_does_not_keep_a_change_out()
    {
        var path = _folder.Write("c.json", Grace(1));
        await using var watched = new WatchedConfig(_folder, path);
        using var stop = new CancellationTokenSource();
        var noise = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                _folder.Write("noise", "");
        });
        File.WriteAllText(path, Grace(2));
        Assert.Equal(2, (await watched.NextGraceAsync()).TotalSeconds);
        await stop.CancelAsync();
        await noise;
    }
}
