using System.Diagnostics;
using MeshProxy.Tests.Support;
using static MeshProxy.Tests.Configuration.EgressManifestsConfigTests;

namespace MeshProxy.Tests.Configuration.Reload;

public sealed class ManifestsReloadTests
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Manifest_that_changes_is_taken_over()
    {
        await using var watched = Watch("manifests");
        _folder.Write("manifests/b.yaml", Manifest("b"));
        Assert.Equal("a b", await NextNamesAsync(watched));
        File.Delete(_folder.PathOf("manifests/a.yaml"));
        Assert.Equal("b", await NextNamesAsync(watched));
    }

    [Fact]
    public async Task Single_file_is_followed_too()
    {
        await using var watched = Watch("manifests/a.yaml");
        _folder.Write("manifests/a.yaml", Manifest("z"));
        Assert.Equal("z", await NextNamesAsync(watched));
    }

    [Fact]
    public async Task ConfigMap_is_taken_over_when_the_kubelet_swaps_its_data_link()
    {
        Directory.CreateDirectory(_folder.PathOf("map/..v1"));
        _folder.Write("map/..v1/e.yaml", Manifest("v1"));
        Directory.CreateSymbolicLink(_folder.PathOf("map/..data"), "..v1");
        File.CreateSymbolicLink(_folder.PathOf("map/e.yaml"), "..data/e.yaml");
        await using var watched = Watch("map");

        Directory.CreateDirectory(_folder.PathOf("map/..v2"));
        _folder.Write("map/..v2/e.yaml", Manifest("v2"));
        Directory.CreateSymbolicLink(_folder.PathOf("map/..data_tmp"), "..v2");
        using (var rename = Process.Start("mv", ["-T", _folder.PathOf("map/..data_tmp"), _folder.PathOf("map/..data")]))
            await rename.WaitForExitAsync();
        Assert.Equal("v2", await NextNamesAsync(watched));
    }

    [Fact]
    public async Task Folder_that_the_file_names_later_is_followed_from_then_on()
    {
        await using var watched = Watch("manifests");
        Directory.CreateDirectory(_folder.PathOf("other"));
        _folder.Write("other/o.yaml", Manifest("o"));
        _folder.Write("c.json", Config("other"));
        Assert.Equal("o", await NextNamesAsync(watched));
        _folder.Write("other/p.yaml", Manifest("p"));
        Assert.Equal("o p", await NextNamesAsync(watched));
    }

    [Fact]
    public async Task Bad_manifest_changes_nothing_and_a_mended_one_is_taken_over()
    {
        await using var watched = Watch("manifests", watch: false);
        var before = watched.Reloader.Current;
        var bad = _folder.Write("manifests/b.yaml", Manifest("b", "Maybe"));
        watched.Reloader.Check(force: false);
        watched.Reloader.Check(force: false);
        Assert.Same(before, watched.Reloader.Current);
        Assert.Equal((0, 1), (watched.Reloader.Accepted, watched.Reloader.Rejected));

        _folder.Write("manifests/b.yaml", Manifest("b") + "---\nkind: Pod\n");
        watched.Reloader.Check(force: false);
        watched.Reloader.Check(force: false);
        Assert.Equal("a b", await NextNamesAsync(watched));
        _folder.Write("manifests/c.yaml", Manifest("c"));
        watched.Reloader.Check(force: false);
        Assert.Collection(watched.Log.End(),
            line => Assert.Contains(
                $"error 1011 configuration: {bad}:1:106: spec.trafficPolicy: 'Maybe' is not known; it is Allow or Deny", line),
            line => Assert.Contains("error 1012 configuration refused, 1 mistake(s)", line),
            line => Assert.Contains($"info  1016 manifest skipped, not about egress: {bad}:3: Pod without a name (no apiVersion)", line),
            line => Assert.EndsWith("manifests with 1 network(s) → 2", line),
            line => Assert.EndsWith("manifests with 2 network(s) → 3", line));
    }

    [Fact]
    public async Task Manifests_are_followed_while_the_configuration_file_is_gone()
    {
        await using var watched = Watch("manifests", watch: false);
        File.Delete(_folder.PathOf("c.json"));
        watched.Reloader.Check(force: false);
        _folder.Write("manifests/a.yaml", Manifest("z"));
        watched.Reloader.Check(force: false);
        Assert.Equal("z", await NextNamesAsync(watched));
    }

    private WatchedConfig Watch(string manifests, bool watch = true)
    {
        Directory.CreateDirectory(_folder.PathOf("manifests"));
        _folder.Write("manifests/a.yaml", Manifest("a"));
        return new WatchedConfig(_folder, _folder.Write("c.json", Config(manifests)), watch: watch);
    }

    private string Config(string manifests) => $$"""{ "egress": { "manifests": "{{_folder.PathOf(manifests)}}" } }""";

    private static async Task<string> NextNamesAsync(WatchedConfig watched) =>
        string.Join(' ', (await watched.NextAsync()).Settings.Proxy.Egress.Networks.Select(network => network.Name));
}
