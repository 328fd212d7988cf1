using System.Globalization;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// The installer as a process on a node's folders: what it does beside another writer, and on nodes that lack something.
/// </summary>
public sealed class InstallerTests
{
    /// <summary>CNI_TEST_REWRITES for another number of them.</summary>
    private static readonly int Rewrites =
        int.Parse(Environment.GetEnvironmentVariable("CNI_TEST_REWRITES") ?? "1000", CultureInfo.InvariantCulture);

    [PodFact]
    public async Task However_often_another_writer_rewrites_the_list_the_plugin_is_in_it_at_the_end()
    {
        using var node = new NodeAgent();
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
        using var installer = node.StartInstaller();
        await node.CoveredAsync(installer);
        for (var i = 0; i < Rewrites; i++)
        {
            var rewritten = NodeAgent.List.Replace("cluster", $"cluster{i}", StringComparison.Ordinal);
            await File.WriteAllTextAsync(node.ListPath + ".new", rewritten);
            File.Move(node.ListPath + ".new", node.ListPath, overwrite: true);
            await Task.Delay(i % 7);
        }
        await node.CoveredAsync(installer);
        Assert.Contains($"cluster{Rewrites - 1}\"", await File.ReadAllTextAsync(node.ListPath));
    }

    [PodFact]
    public async Task A_list_that_is_cut_short_is_taken_when_it_is_whole()
    {
        using var node = new NodeAgent();
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List[..40]);
        using var installer = node.StartInstaller();
        await installer.SeeAsync("10-main.conflist is half-written or broken", Bound.Start);
        Assert.Equal(NodeAgent.List[..40], await File.ReadAllTextAsync(node.ListPath));
        await File.AppendAllTextAsync(node.ListPath, NodeAgent.List[40..]);
        await node.CoveredAsync(installer);
    }

    [PodFact]
    public async Task A_binary_that_was_deleted_is_back_for_the_next_call()
    {
        using var node = new NodeAgent();
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
        using var installer = node.StartInstaller();
        await node.CoveredAsync(installer);
        foreach (var name in node.BinaryNames())
            File.Delete(Path.Combine(node.Binaries, name));
        await node.CoveredAsync(installer);
        using var cni = new CniNode();
        using var pod = CniSandbox.Create();
        (await CniProcess.RunAsync(cni.Namespace, node.Plugin, pod.Environment("DEL", node.Binaries), """{"cniVersion":"1.0.0"}""")).Must();
    }

    /// <summary>In a user namespace that may have none (user.max_inotify_instances); a node full of sidecars comes to that.</summary>
    [PodFact("unshare")]
    public async Task Where_inotify_is_used_up_the_folders_are_looked_at_every_so_often()
    {
        using var node = new NodeAgent();
        using var installer = node.StartInstaller(
            Container.Executable,
            ["unshare", "--user", "--map-root-user", "sh", "-c", "echo 0 > /proc/sys/user/max_inotify_instances; exec \"$0\" \"$@\""]);
        await installer.SeeAsync("cannot be watched and is looked at every 0.5 s", Bound.Start);
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
        await node.CoveredAsync(installer);
    }

    [PodFact("unshare", "mount")]
    public async Task A_folder_of_plugins_that_is_read_only_is_said_with_what_to_do()
    {
        using var node = new NodeAgent();
        var readOnly = $"mount --bind {node.Binaries} {node.Binaries} && mount -o remount,ro,bind {node.Binaries} && exec \"$0\" \"$@\"";
        using var installer = node.StartInstaller(Container.Executable, ["unshare", "--mount", "sh", "-c", readOnly]);
        Assert.Equal(77, await installer.ExitAsync(Bound.Work));
        Assert.Contains($"--bin-dir {node.Binaries} cannot be written to (Read-only file system", installer.Output);
        Assert.Contains("configure the runtime", installer.Output);
    }

    [PodTheory]
    [InlineData("http://[::1]:4191/ready", "address del 127.0.0.1/8 dev lo")]
    [InlineData("http://127.0.0.1:4191/ready", "address del ::1/128 dev lo")]
    public async Task It_is_ready_in_a_cluster_of_one_family(string ready, string without)
    {
        using var node = new NodeAgent();
        node.Namespace.Configure(without);
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
        using var installer = node.StartInstaller();
        await installer.SeeAsync("is covered", Bound.Start);
        using var http = new HttpClient(PodHttp.HandlerFor(node.Namespace)) { Timeout = Bound.Exchange };
        Assert.Contains("names meshproxy-cni", await http.GetStringAsync(ready));
    }

    [PodFact]
    public async Task Ended_in_an_upgrade_it_leaves_everything_and_uninstalled_nothing()
    {
        using var node = new NodeAgent();
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
        using (var installer = node.StartInstaller())
        {
            await installer.SeeAsync("is covered", Bound.Start);
            installer.Send(Signal.Terminate);
            Assert.Equal(0, await installer.ExitAsync(Bound.Work));
        }
        Assert.True(node.BinaryIsWhole && node.ListNamesOurs);

        using var uninstall = node.StartUninstall();
        Assert.Equal(0, await uninstall.ExitAsync(Bound.Work));
        Assert.Equal(NodeAgent.List, await File.ReadAllTextAsync(node.ListPath));
        Assert.Empty(node.BinaryNames());
    }
}
