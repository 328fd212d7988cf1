using System.Text.Json.Nodes;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni;

/// <summary>Calls that are under way when their executable is replaced or removed, or that are killed.</summary>
public sealed class BinaryTests
{
    private static JsonObject Previous => new() { ["cniVersion"] = "1.0.0", ["ips"] = new JsonArray() };

    /// <summary>
    /// By a rename of something else onto it, which takes the file away as a removal does, and gives its name to what is no executable.
    /// </summary>
    [PodTheory]
    [InlineData("ADD", CniSandbox.Defaults, 0)]
    [InlineData("ADD", """{"version":1,"inbound-port":"http"}""", 101)]
    [InlineData("CHECK", CniSandbox.Defaults, 107)]
    [InlineData("DEL", CniSandbox.Defaults, 0)]
    [InlineData("STATUS", CniSandbox.Defaults, 0)]
    [InlineData("GC", CniSandbox.Defaults, 0)]
    [InlineData("VERSION", CniSandbox.Defaults, 0)]
    public async Task A_call_goes_on_when_its_executable_is_gone(string command, string redirect, int code)
    {
        using var files = new ScratchDirectory();
        using var node = new CniNode();
        using var pod = CniSandbox.Create(redirect);
        var plugin = files.PathOf(PluginList.Ours);
        File.Copy(Container.Executable, plugin);
        using var call = await HeldCall.Start(node.Namespace, plugin, pod.Environment(command, files.Path)).WaitingAsync();
        await File.WriteAllTextAsync(files.PathOf("other"), "no executable");
        File.Move(files.PathOf("other"), plugin, overwrite: true);

        var answer = await call.EndAsync(Input(pod));

        Assert.True(answer.ExitCode == (code == 0 ? 0 : 1), $"{answer.ExitCode} {answer.Output} {answer.Log}");
        if (code > 0)
            Assert.Equal(code, answer.Code);
    }

    /// <summary>Calls at every point of their start, of which there are always some, while releases come and go.</summary>
    [PodFact]
    public async Task No_call_fails_while_the_plugin_is_upgraded()
    {
        using var node = new NodeAgent();
        using var cni = new CniNode();
        await File.WriteAllTextAsync(node.ListPath, NodeAgent.List);
        await InstallAsync(node, Container.Executable);
        using var done = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 3).Select(_ => Task.Run(() => CallUntilAsync(node, cni, done.Token))).ToArray();

        for (var release = 0; release < 4; release++)
            await InstallAsync(node, node.Release(release % 2));

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(calls), made => Assert.True(made > 0));
    }

    [PodFact]
    public async Task A_call_that_is_killed_leaves_no_file()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        var environment = new Dictionary<string, string>(pod.Environment("ADD", node.Binaries)) { ["TMPDIR"] = node.Temporary };
        using var call = await HeldCall.Start(node.Namespace, node.Plugin, environment).WaitingAsync();
        await call.KillAsync();
        Assert.Empty(Directory.GetFileSystemEntries(node.Temporary));
    }

    private static async Task<int> CallUntilAsync(NodeAgent node, CniNode cni, CancellationToken done)
    {
        using var pod = CniSandbox.Create();
        var made = 0;
        for (; !done.IsCancellationRequested; made++)
        {
            var answer = await CniProcess.RunAsync(
                cni.Namespace, node.Plugin, pod.Environment(made % 2 == 0 ? "ADD" : "DEL", node.Binaries), Input(pod));
            answer.Must();
        }
        return made;
    }

    private static async Task InstallAsync(NodeAgent node, string executable)
    {
        using var installer = node.StartInstaller(executable);
        await installer.SeeAsync("is covered", Bound.Start);
        Assert.True(node.BinaryIs(executable));
        installer.Send(Signal.Terminate);
        Assert.Equal(0, await installer.ExitAsync(Bound.Work));
    }

    private static string Input(CniSandbox pod)
    {
        var input = PluginList.OurEntry();
        (input["name"], input["cniVersion"], input["prevResult"]) = ("cluster", "1.0.0", Previous);
        input["runtimeConfig"] = new JsonObject { ["io.kubernetes.cri.pod-annotations"] = pod.Annotations };
        return input.ToJsonString();
    }
}
