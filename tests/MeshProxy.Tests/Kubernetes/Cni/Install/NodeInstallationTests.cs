using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Cni.Install;
using MeshProxy.Tests.Routing.Support;

namespace MeshProxy.Tests.Kubernetes.Cni.Install;

public sealed class NodeInstallationTests : IDisposable
{
    private readonly NodeFolders _node = new();

    [Fact]
    public void The_list_that_the_runtime_uses_is_changed_and_no_other()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Write("20-other.conflist", NodeFolders.List);
        _node.Write("00-notes.txt", "not read by anybody");

        var coverage = _node.Ensure();

        Assert.True(coverage.IsCovered, coverage.Reason);
        Assert.Equal(["ptp", "meshproxy-cni"], Types("10-main.conflist"));
        Assert.Equal(NodeFolders.List, _node.Read("20-other.conflist"));
        Assert.Equal("the executable", File.ReadAllText(_node.Binary));
        Assert.True((File.GetUnixFileMode(_node.Binary) & UnixFileMode.OtherExecute) != 0);
        Assert.Equal(2, coverage.Changes.Length);
        Assert.Equal(["00-notes.txt", "10-main.conflist", "20-other.conflist"], _node.ConfigNames());
    }

    [Fact]
    public void Nothing_is_written_where_nothing_has_to_be()
    {
        var path = _node.Write("10-main.conflist", NodeFolders.List);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        _node.Ensure();
        var long_ago = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, long_ago);
        File.SetLastWriteTimeUtc(_node.Binary, long_ago);

        Assert.Empty(_node.Ensure().Changes);

        Assert.Equal(long_ago, File.GetLastWriteTimeUtc(path));
        Assert.Equal(long_ago, File.GetLastWriteTimeUtc(_node.Binary));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_rewritten_list_and_a_lost_or_damaged_binary_are_mended()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure();
        _node.Write("10-main.conflist", NodeFolders.List);
        File.Delete(_node.Binary);
        Assert.Equal(2, _node.Ensure().Changes.Length);
        File.WriteAllText(_node.Binary, "the exeCutable");
        Assert.Single(_node.Ensure().Changes);
        Assert.Equal("the executable", File.ReadAllText(_node.Binary));
    }

    [Fact]
    public void Before_the_clusters_own_plugin_is_there_nothing_is_made_up()
    {
        var coverage = _node.Ensure();
        Assert.False(coverage.IsCovered);
        Assert.Contains("waiting for the cluster's own CNI plugin", coverage.Reason);
        Assert.Empty(_node.ConfigNames());
    }

    [Fact]
    public void A_list_cut_short_is_waited_for_and_the_next_one_left_alone()
    {
        _node.Write("10-main.conflist", NodeFolders.List[..40]);
        _node.Write("20-other.conflist", NodeFolders.List);
        var coverage = _node.Ensure();
        Assert.False(coverage.IsCovered);
        Assert.Contains("10-main.conflist is half-written or broken", coverage.Reason);
        Assert.Equal(NodeFolders.List, _node.Read("20-other.conflist"));
    }

    [Fact]
    public void A_list_that_stays_broken_is_passed_over_as_runtimes_do()
    {
        var broken = _node.Write("10-main.conflist", NodeFolders.List[..40]);
        File.SetLastWriteTimeUtc(broken, DateTime.UtcNow.AddMinutes(-1));
        _node.Write("20-other.conflist", NodeFolders.List);
        Assert.True(_node.Ensure().IsCovered);
        Assert.Equal(["ptp", "meshproxy-cni"], Types("20-other.conflist"));
    }

    [Theory]
    [InlineData("0.2.0")]
    [InlineData("1.2.0")]
    public void A_list_whose_version_would_fail_every_pod_is_left_alone(string version)
    {
        var list = NodeFolders.List.Replace("1.0.0", version, StringComparison.Ordinal);
        _node.Write("10-main.conflist", list);
        var coverage = _node.Ensure();
        Assert.False(coverage.IsCovered);
        Assert.Contains($"has cniVersion {version}", coverage.Reason);
        Assert.Equal(list, _node.Read("10-main.conflist"));
    }

    [Fact]
    public async Task One_plugin_becomes_a_list_and_comes_back_at_the_end()
    {
        const string Single = """{"cniVersion":"0.4.0","name":"old","type":"bridge","their-own":1}""";
        _node.Write("10-old.conf", Single);

        Assert.True(_node.Ensure().IsCovered);

        Assert.Equal(["10-old.conf.meshproxy-kept", "10-old.conflist"], _node.ConfigNames());
        Assert.Equal(["bridge", "meshproxy-cni"], Types("10-old.conflist"));
        Assert.Empty(_node.Ensure().Changes);

        await new NodeRemoval(_node.Settings, TimeProvider.System).RemoveConfigurationAsync(CancellationToken.None);
        Assert.Equal(["10-old.conf"], _node.ConfigNames());
        Assert.Equal(Single, _node.Read("10-old.conf"));
    }

    /// <summary>
    /// The list that is made comes at the place of the configuration, before the one that the runtime has not been using.
    /// </summary>
    [Fact]
    public async Task One_plugin_beside_a_list_of_its_name_leaves_that_as_it_is()
    {
        const string Single = """{"cniVersion":"0.4.0","name":"old","type":"bridge"}""";
        _node.Write("10-x.conf", Single);
        _node.Write("10-x.conflist", NodeFolders.List);

        Assert.True(_node.Ensure().IsCovered);
        Assert.Empty(_node.Ensure().Changes);

        Assert.Equal(NodeFolders.List, _node.Read("10-x.conflist"));
        Assert.Equal(["bridge", "meshproxy-cni"], Types("10-x.conf.conflist"));
        Assert.Equal(["10-x.conf.conflist", "10-x.conf.meshproxy-kept", "10-x.conflist"], _node.ConfigNames());

        await new NodeRemoval(_node.Settings, TimeProvider.System).RemoveConfigurationAsync(CancellationToken.None);
        Assert.Equal(["10-x.conf", "10-x.conflist"], _node.ConfigNames());
        Assert.Equal(Single, _node.Read("10-x.conf"));
    }

    [Fact]
    public void One_plugin_for_whose_list_no_name_is_free_is_left_alone_and_said()
    {
        _node.Write("10-x.conf", """{"cniVersion":"0.4.0","name":"old","type":"bridge"}""");
        _node.Write("10-x.conflist", NodeFolders.List);
        _node.Write("10-x.conf.conflist", NodeFolders.List);
        var coverage = _node.Ensure();
        Assert.False(coverage.IsCovered);
        Assert.Contains("no name is free", coverage.Reason);
        Assert.Equal(["10-x.conf", "10-x.conf.conflist", "10-x.conflist"], _node.ConfigNames());
    }

    /// <summary>Its own configuration again, by the main plugin, and by us a list of that one.</summary>
    [Fact]
    public void One_plugin_that_is_written_again_is_made_a_list_again()
    {
        _node.Write("10-x.conf", """{"cniVersion":"0.4.0","name":"old","type":"bridge"}""");
        _node.Ensure();
        _node.Write("10-x.conf", """{"cniVersion":"0.4.0","name":"new","type":"ptp"}""");
        Assert.True(_node.Ensure().IsCovered);
        Assert.Equal(["10-x.conf.meshproxy-kept", "10-x.conflist"], _node.ConfigNames());
        Assert.Equal(["ptp", "meshproxy-cni"], Types("10-x.conflist"));
    }

    [Theory]
    [InlineData("/nowhere/10-real.conflist")]
    [InlineData("10-gone.conflist")]
    public void A_link_to_what_is_not_mounted_here_is_no_reason_to_change_the_next_list(string target)
    {
        File.CreateSymbolicLink(_node.ConfigPath("05-main.conflist"), target);
        _node.Write("10-other.conflist", NodeFolders.List);
        var coverage = _node.Ensure();
        Assert.False(coverage.IsCovered);
        Assert.Equal($"{_node.ConfigPath("05-main.conflist")} links to {target}, which is not mounted here", coverage.Reason);
        Assert.Equal(NodeFolders.List, _node.Read("10-other.conflist"));
    }

    [Fact]
    public void An_entry_goes_where_its_list_has_become_one_that_the_plugin_does_not_speak()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        _node.Ensure();
        _node.Write("10-main.conflist", _node.Read("10-main.conflist").Replace("1.0.0", "1.2.0", StringComparison.Ordinal));
        Assert.False(_node.Ensure().IsCovered);
        Assert.Equal(["ptp"], Types("10-main.conflist"));
    }

    /// <summary>Calls of the release before go on with its file, until none can be left.</summary>
    [Fact]
    public void Another_release_is_another_file_and_the_one_before_goes_when_no_call_runs_it()
    {
        var time = new ManualTime();
        var installation = new NodeInstallation(_node.Settings, time);
        _node.Write("10-main.conflist", NodeFolders.List);
        installation.Ensure();
        var before = Assert.Single(_node.BinaryNames(), name => name != "meshproxy-cni");
        _node.Upgrade();
        installation = new NodeInstallation(_node.Settings, time);
        using (File.OpenHandle(Path.Combine(_node.Binaries, before), FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            installation.Ensure();
            Assert.Equal("the next executable", File.ReadAllText(_node.Binary));
            time.Advance(TimeSpan.FromMinutes(5));
            Assert.Empty(installation.Ensure().Changes);
            Assert.Contains(before, _node.BinaryNames());
        }
        Assert.Contains(before, Assert.Single(installation.Ensure().Changes));
        Assert.DoesNotContain(before, _node.BinaryNames());
        Assert.Equal("the next executable", File.ReadAllText(_node.Binary));
    }

    [Fact]
    public void Dropped_in_beside_the_list_it_touches_nobodys_file()
    {
        _node.Write("10-main.conflist", NodeFolders.List);
        Assert.True(_node.Ensure(_node.Settings with { Placement = ListPlacement.DropIn }).IsCovered);
        Assert.Equal(NodeFolders.List, _node.Read("10-main.conflist"));
        Assert.Contains("meshproxy-cni", _node.Read("cluster/50-meshproxy-cni.conf"));
    }

    [Fact]
    public void A_list_that_takes_no_drop_ins_is_changed_itself()
    {
        var list = NodeFolders.List.Replace("\"name\"", "\"loadOnlyInlinedPlugins\":true,\"name\"", StringComparison.Ordinal);
        _node.Write("10-main.conflist", list);
        Assert.True(_node.Ensure(_node.Settings with { Placement = ListPlacement.DropIn }).IsCovered);
        Assert.Equal(["ptp", "meshproxy-cni"], Types("10-main.conflist"));
    }

    [Fact]
    public void A_cni_that_wants_to_be_alone_is_warned_of()
    {
        _node.Write("05-cilium.conflist", NodeFolders.List);
        _node.Write("10-main.conflist.cilium_bak", NodeFolders.List);
        Assert.Contains("cni.exclusive=false", Assert.Single(_node.Ensure().Warnings));
    }

    [Fact]
    public void A_list_reached_by_a_link_is_changed_where_it_is()
    {
        var target = _node.Write("real", NodeFolders.List);
        File.CreateSymbolicLink(_node.ConfigPath("10-main.conflist"), target);
        Assert.True(_node.Ensure().IsCovered);
        Assert.NotNull(new FileInfo(_node.ConfigPath("10-main.conflist")).LinkTarget);
        Assert.Equal(["ptp", "meshproxy-cni"], Types("real"));
    }

    [Fact]
    public void A_folder_that_is_not_mounted_is_named_with_its_option()
    {
        var refusal = new NodeInstallation(_node.Settings with { BinaryFolder = "/nowhere/bin" }, TimeProvider.System).Refusal();
        Assert.StartsWith("--bin-dir /nowhere/bin does not exist here", refusal);
        Assert.Null(new NodeInstallation(_node.Settings, TimeProvider.System).Refusal());
    }

    public void Dispose() => _node.Dispose();

    private IEnumerable<string> Types(string name) =>
        JsonNode.Parse(_node.Read(name))!["plugins"]!.AsArray().Select(p => p!["type"]!.GetValue<string>());
}
