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

        Assert.Equal(2, Removal.RemoveConfiguration().Length);
        Assert.True(await Removal.WaitForCallsAsync(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.True(Removal.RemoveBinary());

        Assert.Equal(NodeFolders.List, _node.Read("10-main.conflist"));
        Assert.Equal(NodeFolders.List, _node.Read("20-old.conflist.cilium_bak"));
        Assert.Empty(Directory.GetFileSystemEntries(_node.Binaries));
    }

    [Fact]
    public void A_drop_in_goes_whatever_its_network_is_called()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure(_node.Settings with { Placement = ListPlacement.DropIn });
        Assert.Single(Removal.RemoveConfiguration());
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

    [Fact]
    public void Where_nothing_was_installed_nothing_is_removed()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        Assert.Empty(Removal.RemoveConfiguration());
        Assert.False(Removal.RemoveBinary());
    }

    public void Dispose() => _node.Dispose();
}
