using System.Globalization;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>
/// Start and end in containers as Kubernetes makes them, where each command is process 1: the kernel gives that one no default action for
/// signals, and every orphan.
/// </summary>
public sealed class ContainerTests : IDisposable
{
    private const int Orphans = 40;

    /// <summary>
    /// The app: children whose parents end before them, then a look at every process until none is a zombie, and a while longer for
    /// those that are late. Shell built-ins alone, for the image has nothing else.
    /// </summary>
    private static readonly string App = $$"""
        i=0
        while [ $i -lt {{Orphans}} ]; do ( ( j=0; while [ $j -lt 2000 ]; do j=$((j + 1)); done ) & ); i=$((i + 1)); done
        echo "process 1 is my parent: $PPID"
        tries=0
        while [ $tries -lt 3000 ]; do
          others=0
          for stat in /proc/[0-9]*/stat; do
            read -r line 2>/dev/null < "$stat" || continue
            case "$line" in 1\ *|$$\ *) ;; *) others=$((others + 1));; esac
          done
          [ $others -eq 0 ] && echo "every orphan is gone" && exit 7
          tries=$((tries + 1))
        done
        echo "$others processes are left: $line"
        exit 8
        """;

    private readonly RedirectedPod _pod = RedirectedPod.Alone();

    [PodFact("runc", "curl", Container.SeccompProfile)]
    public async Task Native_sidecar_finishes_what_is_in_flight_when_it_is_told_to_end_and_exits_with_0()
    {
        using var container = Run("native", out var running);
        using var admin = await ReadyAsync(running);
        using var server = _pod.Client.Namespace.Listen(_pod.Client.V4, 8080);
        using var client = await _pod.App.ConnectAsync(_pod.Client.Endpoint(IpFamily.V4, 8080));
        await client.SendTextAsync("GET / HTTP/1.1\r\nHost: web.example\r\n\r\n");
        using var answering = await server.AcceptAsync().WaitAsync(Bound.Exchange);
        await answering.ReadAsync(20);

        Signals.Send(First(), Signal.Terminate);
        await Bound.UntilAsync(async () => !await admin.IsReadyAsync(), Bound.Exchange, () => "it goes on being ready");
        Assert.False(running.IsCompleted);
        await answering.SendTextAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");

        Assert.EndsWith("whole", System.Text.Encoding.ASCII.GetString(await client.ReadToEndAsync().WaitAsync(Bound.Exchange)));
        var (exitCode, output) = await running.WaitAsync(Bound.Exchange);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Before that the signal is lost, for process 1 has no default action. SIGHUP's handler is the last that is made.</summary>
    [PodTheory("runc", Container.SeccompProfile)]
    [InlineData("native")]
    [InlineData("classic")]
    public async Task Process_1_ends_in_order_by_a_signal_that_comes_as_soon_as_it_has_handlers(string mode)
    {
        using var container = Run(mode, out var running);
        await Bound.UntilAsync(() => Task.FromResult(running.IsCompleted || HasHandlers()), Bound.Start, () => "it makes no handlers");
        Signals.Send(First(), Signal.Terminate);
        var (exitCode, output) = await running.WaitAsync(Bound.Work);
        Assert.True(exitCode == 0, output);
        Assert.Contains(" 1003 stopping: SIGTERM", output);
    }

    /// <summary>A Job with a classic sidecar: both containers end, each with its own code.</summary>
    [PodFact("runc", Container.SeccompProfile)]
    public async Task Await_as_the_first_process_reaps_orphans_hands_on_the_app_s_code_and_stops_the_sidecar()
    {
        using var sidecar = Run("classic", out var running);
        using var admin = await ReadyAsync(running);
        using var app = new Container
        {
            Capabilities = [],
            FileCapabilities = null,
            Command = ["/meshproxy", "await", "--timeout", "30s", "--", "/bin/sh", "-c", App],
        };

        var (exitCode, output) = await app.RunAsync(_pod.App.Namespace);

        Assert.True(exitCode == 7, $"{exitCode}: {output}");
        Assert.Contains("process 1 is my parent: 1", output);
        Assert.Contains("every orphan is gone", output);
        var (sidecarCode, sidecarOutput) = await running.WaitAsync(Bound.Work);
        Assert.True(sidecarCode == 0, sidecarOutput);
    }

    public void Dispose() => _pod.Dispose();

    private Container Run(string mode, out Task<(int ExitCode, string Output)> running)
    {
        _pod.MustRunAsync(MeshProxyExecutable.Path, "init").GetAwaiter().GetResult();
        var container = new Container
        {
            User = Sidecar.User,
            Capabilities = [],
            FileCapabilities = null,
            Command = ["/meshproxy", "run"],
            Environment = [$"MESHPROXY_SHUTDOWN__MODE={mode}", "MESHPROXY_SHUTDOWN__GRACEPERIOD=30s"],
        };
        running = container.RunAsync(_pod.App.Namespace);
        return container;
    }

    private async Task<AdminClient> ReadyAsync(Task<(int ExitCode, string Output)> running)
    {
        var admin = new AdminClient(_pod.App.Namespace);
        await Bound.UntilAsync(
            async () => running.IsCompleted ? throw new InvalidOperationException((await running).Output) : await admin.IsReadyAsync(),
            Bound.Start,
            () => "the container is not ready");
        return admin;
    }

    /// <summary>The container's first process, by its number on the node; 0 while it is the runtime's yet.</summary>
    private int First() => Tool.Run("ip", ["netns", "pids", _pod.App.Namespace.Name])
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(id => int.Parse(id, CultureInfo.InvariantCulture))
        .SingleOrDefault(id => ProcessStatus.Text(id, "Name") == "meshproxy");

    private bool HasHandlers() => First() is not 0 and var first
        && (Convert.ToInt64(ProcessStatus.Text(first, "SigCgt"), 16) & 1 << ((int)Signal.HangUp - 1)) != 0;
}
