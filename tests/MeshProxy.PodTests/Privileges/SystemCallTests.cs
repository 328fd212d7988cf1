using System.Text.RegularExpressions;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Privileges;

/// <summary>What the sidecar asks of the kernel from its first call to its last, as strace(1) sees it.</summary>
public sealed partial class SystemCallTests : IDisposable
{
    private const string Watched =
        "execve,execveat,fork,vfork,clone,clone3,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,"
        + "link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,truncate,mknod,mknodat,ptrace,bind,connect";

    private readonly ScratchDirectory _scratch = new();

    [PodFact("strace")]
    public async Task It_starts_no_process_writes_no_file_and_connects_only_where_asked()
    {
        var trace = _scratch.PathOf("trace");
        using var mesh = await Mesh.StartAsync(new SidecarOptions
        {
            // Traced by its grandchild, so that the process that was started is the sidecar; without the runtime's diagnostic socket, as
            // SECURITY.md asks.
            Launcher =
            [
                "env", "DOTNET_EnableDiagnostics=0", "strace", "-D", "-f", "-qq", "-s", "256", "-o", trace, "-e", $"trace={Watched}",
            ],
        });
        using var inbound = new PromptServer(mesh.App);
        using var outbound = new PromptServer(mesh.Plain);

        await HostileRequests.AskAsync(mesh.Plain, inbound, 64, seed: 1);
        await HostileRequests.AskAsync(mesh.App, outbound, 64, seed: 2);
        await mesh.Sidecar.Admin.MetricsAsync();
        mesh.Sidecar.Process.Send(Support.Processes.Signal.Terminate);
        Assert.Equal(0, await mesh.Sidecar.Process.ExitAsync(Bound.Work));

        var calls = await File.ReadAllLinesAsync(trace);
        var connects = calls.Where(call => call.Contains(" connect(", StringComparison.Ordinal)).ToArray();
        Assert.Single(calls, call => call.Contains("execve", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, call => NewProcess().IsMatch(call) && !call.Contains("CLONE_THREAD", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, call => Change().IsMatch(call) && !Harmless().IsMatch(call));
        Assert.Equal(2, connects.Count(call => call.Contains($"htons({inbound.Endpoint.Port})", StringComparison.Ordinal)
            || call.Contains($"htons({outbound.Endpoint.Port})", StringComparison.Ordinal)));
        Assert.True(connects.Length == 2, string.Join('\n', connects));
        ReliabilityReport.Row(
            "privileges", "system calls, from start to end", $"128 requests",
            $"1 execve, no child process, no file created, changed or removed", $"{connects.Length} connects, both asked for");
    }

    public void Dispose() => _scratch.Dispose();

    [GeneratedRegex(@"\b(v?fork|clone3?)\(")]
    private static partial Regex NewProcess();

    /// <summary>Calls that create, change or remove, whether or not they succeeded.</summary>
    [GeneratedRegex(
        @"\b(creat|unlink\w*|rename\w*|mkdir\w*|link\w*|symlink\w*|f?chmod\w*|truncate|mknod\w*|ptrace)\("
        + @"|\bbind\(.*AF_UNIX|\bopen\w*\(.*\b(O_WRONLY|O_RDWR|O_CREAT)\b")]
    private static partial Regex Change();

    /// <summary>A null device, and what is the process's own: its name for its threads, its memory.</summary>
    [GeneratedRegex("\"(/dev/null|/proc/self/[^\"]*|/proc/\\d+/task/\\d+/comm)\"")]
    private static partial Regex Harmless();
}
