using MeshProxy.Kubernetes.Cni.Install;

namespace MeshProxy.Tests.Kubernetes.Cni.Install;

public sealed class NodeRemovalTests : IDisposable
{
    private readonly NodeFolders _node = new();

    private NodeRemoval Removal => new(_node.Settings, TimeProvider.System);

    [Fact]
    public async Task Everything_is_as_it_was_before_to_the_byte()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure();
        File.Move(_node.ConfigPath("10-main.conflist"), _node.ConfigPath("20-old.conflist.cilium_bak"));
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure();

        Assert.Equal(2, (await Removal.RemoveConfigurationAsync(CancellationToken.None)).Length);
        Assert.True(await Removal.WaitForCallsAsync(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.True(Removal.RemoveBinary());

        Assert.Equal(NodeFolders.List, _node.Read("10-main.conflist"));
        Assert.Equal(NodeFolders.List, _node.Read("20-old.conflist.cilium_bak"));
        Assert.Empty(Directory.GetFileSystemEntries(_node.Binaries));
    }

    [Fact]
    public async Task A_drop_in_goes_whatever_its_network_is_called()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure(_node.Settings with { Placement = ListPlacement.DropIn });
        Assert.Single(await Removal.RemoveConfigurationAsync(CancellationToken.None));
        Assert.Empty(Directory.GetFiles(_node.ConfigPath("cluster")));
    }

    [Fact]
    public async Task The_binary_waits_for_a_call_that_runs()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure();
        Task<bool> waiting;
        using (File.OpenHandle(_node.Binary, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            Assert.False(await Removal.WaitForCallsAsync(
                TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), CancellationToken.None));
            waiting = Removal.WaitForCallsAsync(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30), CancellationToken.None);
            Assert.False(waiting.IsCompleted);
        }
        Assert.True(await waiting);
    }

    /// <summary>The main plugin has moved from one configuration to a list since, by its own hand.</summary>
    [Fact]
    public async Task A_list_that_somebody_wrote_over_ours_stays_without_our_entry()
    {
        _node.Write("10-x.conf", """{"cniVersion":"0.4.0","name":"old","type":"bridge"}""");
        _node.Ensure();
        _node.Write("10-x.conflist", NodeFolders.List);
        _node.Ensure();

        await Removal.RemoveConfigurationAsync(CancellationToken.None);

        Assert.Equal(["10-x.conflist"], _node.ConfigNames());
        Assert.Equal(NodeFolders.List, _node.Read("10-x.conflist"));
    }

    [Fact]
    public async Task A_list_that_is_being_written_is_waited_for()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure();
        var ours = _node.Read("10-main.conflist");
        _node.Write("10-main.conflist", ours[..^5]);
        var removing = Removal.RemoveConfigurationAsync(CancellationToken.None);
        Assert.False(removing.IsCompleted);
        Assert.Equal(_node.ConfigPath("10-main.conflist"), Assert.Single(Removal.Naming()));
        _node.Write("10-main.conflist", ours);
        Assert.Single(await removing);
        Assert.Equal(NodeFolders.List, _node.Read("10-main.conflist"));
        Assert.Empty(Removal.Naming());
    }

    [Fact]
    public async Task A_list_that_stays_broken_counts_by_its_text()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure();
        var path = _node.Write("10-main.conflist", _node.Read("10-main.conflist")[..^5]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-1));
        Assert.Empty(await Removal.RemoveConfigurationAsync(CancellationToken.None));
        Assert.Equal(path, Assert.Single(Removal.Naming()));
    }

    [Theory]
    [InlineData("""{"kind":"cniCacheV1","config":"eyJwbHVnaW5zIjpbeyJ0eXBlIjoibWVzaHByb3h5LWNuaSJ9XX0="}""", 1)]
    [InlineData("""{"kind":"cniCacheV1","config":"eyJwbHVnaW5zIjpbeyJ0eXBlIjoicHRwIn1dfQ=="}""", 0)]
    [InlineData("""{"kind":"cniCacheV1","config":7}""", 0)]
    [InlineData("{", 0)]
    public void Containers_that_will_be_taken_down_with_the_plugin_are_found(string cached, int expected)
    {
        Directory.CreateDirectory(_node.ConfigPath("results"));
        _node.Write("results/cluster-abc-eth0", cached);
        Assert.Equal(expected, CachedResults.Naming(_node.Config, "meshproxy-cni").Length);
        Assert.Empty(CachedResults.Naming("/nowhere", "meshproxy-cni"));
    }

    [Fact]
    public async Task Where_nothing_was_installed_nothing_is_removed()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        Assert.Empty(await Removal.RemoveConfigurationAsync(CancellationToken.None));
        Assert.False(Removal.RemoveBinary());
    }

    public void Dispose() => _node.Dispose();
}
