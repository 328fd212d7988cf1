using System.Globalization;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// The installer as a process on a node's folders: what it leaves whenever it ends, and what it does beside another writer.
/// </summary>
public sealed class InstallerTests
{
    /// <summary>CNI_TEST_REWRITES=1000 for the long version.</summary>
    private static readonly int Rewrites =
        int.Parse(Environment.GetEnvironmentVariable("CNI_TEST_REWRITES") ?? "100", CultureInfo.InvariantCulture);

    /// <summary>Every call by which it changes the node, killed at the first, the second, and so on until it gets to the end.</summary>
    [PodTheory("strace")]
    [InlineData("renameat2")]
    [InlineData("rename")]
    [InlineData("fsync")]
    [InlineData("fchmod")]
    [InlineData("unlink")]
    public async Task Killed_at_any_step_it_leaves_a_node_that_works_and_mends_it_at_the_next_start(string call)
    {
        for (var when = 1; ; when++)
        {
            using var node = new NodeAgent();
            await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
            using var installer = node.StartInstaller(
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={when}");
            var covered = false;
            await Bound.UntilAsync(
                () => Task.FromResult(installer.HasExited || (covered = node.BinaryIsWhole && node.ListNamesOurs)),
                Bound.Start,
                () => "neither killed nor done");
            await EndAsync(installer);
            Assert.True(node.ListIsWhole);
            Assert.True(!node.ListNamesOurs || node.BinaryIsWhole, $"killed at {call} {when}: the list names a plugin that is not there");
            using var next = node.StartInstaller();
            await node.CoveredAsync(next);
            await StopAsync(next);
            Assert.Equal([node.ListPath], Directory.GetFiles(node.Config));
            Assert.Equal([node.Plugin], Directory.GetFiles(node.Binaries));
            if (covered)
                return;
        }
    }

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
        await EndAsync(installer);
    }

    [PodFact]
    public async Task A_binary_that_was_deleted_is_back_for_the_next_call()
    {
        using var node = new NodeAgent();
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
        using var installer = node.StartInstaller();
        await node.CoveredAsync(installer);
        File.Delete(node.Plugin);
        await node.CoveredAsync(installer);
        using var cni = new CniNode();
        using var pod = CniSandbox.Create();
        (await CniProcess.RunAsync(cni.Namespace, node.Plugin, pod.Environment("DEL", node.Binaries), """{"cniVersion":"1.0.0"}""")).Must();
        await EndAsync(installer);
    }

    [PodFact]
    public async Task Ended_in_an_upgrade_it_leaves_everything_and_uninstalled_nothing()
    {
        using var node = new NodeAgent();
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
        using (var installer = node.StartInstaller())
        {
            await node.CoveredAsync(installer);
            await StopAsync(installer);
        }
        Assert.True(node.BinaryIsWhole && node.ListNamesOurs);

        using var uninstall = node.StartUninstall();
        await uninstall.WaitForExitAsync().WaitAsync(Bound.Work);
        Assert.Equal(0, uninstall.ExitCode);
        Assert.Equal(NodeAgent.List, await File.ReadAllTextAsync(node.ListPath));
        Assert.Empty(Directory.GetFiles(node.Binaries));
    }

    /// <summary>Once it has said that the node is covered: what is left to do from a start before is done, and signals are heard.</summary>
    private static async Task StopAsync(System.Diagnostics.Process installer)
    {
        while (await installer.StandardOutput.ReadLineAsync().WaitAsync(Bound.Start) is { } line
            && !line.Contains("is covered", StringComparison.Ordinal))
        {
        }
        Signals.Send(installer.Id, Signal.Terminate);
        await installer.WaitForExitAsync().WaitAsync(Bound.Work);
        Assert.Equal(0, installer.ExitCode);
    }

    private static async Task EndAsync(System.Diagnostics.Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(Bound.Work);
    }
}
