using System.Globalization;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni;

/// <summary>
/// Every call by which the installer changes the node, killed at the first, the second, and so on until it gets to its end: the node works
/// at each moment, and the next start mends it.
/// </summary>
public sealed class KilledInstallerTests
{
    private const string Single = """{"cniVersion":"1.0.0","name":"cluster","type":"ptp"}""";

    [PodTheory("strace")]
    [InlineData("renameat2")]
    [InlineData("rename,symlink")]
    [InlineData("fsync,fchmod")]
    [InlineData("unlink")]
    public Task Into_a_list(string calls) =>
        KilledAsync(calls, node => File.WriteAllTextAsync(node.ListPath, NodeAgent.List), InstallAsync);

    [PodTheory("strace")]
    [InlineData("rename,fsync")]
    public Task Into_a_configuration_of_one_plugin(string calls) => KilledAsync(
        calls, node => File.WriteAllTextAsync(Path.Combine(node.Config, "10-main.conf"), Single), InstallAsync);

    [PodTheory("strace")]
    [InlineData("rename,fsync")]
    public Task Beside_a_list(string calls) => KilledAsync(
        calls,
        node => File.WriteAllTextAsync(node.ListPath, NodeAgent.List),
        (node, strace) => InstallAsync(node, strace, "--placement", "drop-in"));

    [PodTheory("strace")]
    [InlineData("renameat2,unlink")]
    public Task Out_of_a_list(string calls) => KilledAsync(
        calls,
        node =>
        {
            File.WriteAllText(node.ListPath, NodeAgent.List);
            return InstalledAsync(node);
        },
        UninstallAsync);

    [PodTheory("strace")]
    [InlineData("rename,unlink")]
    public Task Out_of_a_configuration_of_one_plugin(string calls) => KilledAsync(
        calls,
        node =>
        {
            File.WriteAllText(Path.Combine(node.Config, "10-main.conf"), Single);
            return InstalledAsync(node);
        },
        UninstallAsync);

    /// <summary>What the other wrote last is there at the end, whenever it was.</summary>
    [PodTheory("strace")]
    [InlineData("renameat2")]
    [InlineData("unlink")]
    public Task Beside_a_writer_that_rewrites_the_list_all_the_time(string calls) => KilledAsync(
        calls,
        node => File.WriteAllTextAsync(node.ListPath, NodeAgent.List),
        async (node, strace) =>
        {
            using var done = new CancellationTokenSource();
            var writing = Task.Run(() => RewriteUntilAsync(node, done.Token));
            var ended = await InstallAsync(node, strace);
            await done.CancelAsync();
            var last = await writing;
            using var next = node.StartInstaller();
            await node.CoveredAsync(next);
            Assert.Contains($"cluster{last}\"", await File.ReadAllTextAsync(node.ListPath));
            return ended;
        });

    private static async Task KilledAsync(string calls, Func<NodeAgent, Task> prepareAsync, Func<NodeAgent, string[], Task<bool>> runAsync)
    {
        for (var when = 1; ; when++)
        {
            using var node = new NodeAgent();
            await prepareAsync(node);
            var at = when.ToString(CultureInfo.InvariantCulture);
            var inject = $"inject={calls}:signal=KILL:when={at}";
            // -D: strace watches from aside, and the process that was started is the installer.
            string[] strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={calls}", "-e", inject];
            var ended = await runAsync(node, strace);
            var lists = Directory.GetFiles(node.Config).Where(path => Path.GetExtension(path) == ".conflist").ToArray();
            Assert.All(lists, list => Assert.True(node.IsWhole(list)));
            Assert.True(!node.OursIsNamed || node.BinaryIsWhole, $"killed at {calls} {at}: a list names a plugin that is not there");
            await MendedAsync(node);
            if (ended)
                return;
        }
    }

    /// <returns>False where it was killed.</returns>
    private static async Task<bool> InstallAsync(NodeAgent node, string[] strace, params string[] arguments)
    {
        using var installer = node.StartInstaller(Container.Executable, strace, arguments);
        await Bound.UntilAsync(
            () => Task.FromResult(installer.HasExited || installer.Output.Contains("is covered", StringComparison.Ordinal)),
            Bound.Start, installer.Describe);
        return !installer.HasExited;
    }

    private static Task<bool> InstallAsync(NodeAgent node, string[] strace) => InstallAsync(node, strace, []);

    /// <returns>False where it was killed.</returns>
    private static async Task<bool> UninstallAsync(NodeAgent node, string[] strace)
    {
        using var uninstall = node.StartUninstall(strace);
        return await uninstall.ExitAsync(Bound.Work) == 0;
    }

    private static async Task InstalledAsync(NodeAgent node)
    {
        using var installer = node.StartInstaller();
        await installer.SeeAsync("is covered", Bound.Start);
        installer.Send(Signal.Terminate);
        Assert.Equal(0, await installer.ExitAsync(Bound.Work));
    }

    /// <summary>By the next start, and with nothing of the killed one left.</summary>
    private static async Task MendedAsync(NodeAgent node)
    {
        using (var next = node.StartInstaller())
        {
            await next.SeeAsync("is covered", Bound.Start);
            Assert.True(node.OursIsNamed && node.BinaryIsWhole, next.Describe());
            next.Send(Signal.Terminate);
            Assert.Equal(0, await next.ExitAsync(Bound.Work));
        }
        string[] left = [.. Directory.GetFiles(node.Config, ".*"), .. Directory.GetFiles(node.Binaries, ".*")];
        Assert.Empty(left);
        Assert.Equal(2, node.BinaryNames().Length);
    }

    /// <summary>With pauses of a length that an exchange now falls into, and now does not.</summary>
    private static async Task<int> RewriteUntilAsync(NodeAgent node, CancellationToken done)
    {
        for (var i = 0; ; i++)
        {
            File.WriteAllText(node.ListPath + ".new", NodeAgent.List.Replace("cluster", $"cluster{i}", StringComparison.Ordinal));
            File.Move(node.ListPath + ".new", node.ListPath, overwrite: true);
            if (done.IsCancellationRequested)
                return i;
            await Task.Delay(1 + (i % 20), CancellationToken.None);
        }
    }
}
