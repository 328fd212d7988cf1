using System.Net.Sockets;
using MeshProxy.PodTests.Lifecycle.Kubelet;
using MeshProxy.PodTests.Lifecycle.Load;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>Whole lives of pods, led as the kubelet leads them.</summary>
public sealed class KubeletTests
{
    private const string Idle = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    [PodFact("nginx", "curl")]
    public async Task Job_completes_with_its_own_exit_code_and_its_sidecar_ends_with_it()
    {
        using var pod = new MeshedPod();
        using var outside = new WebApp(pod.Plain);
        using var server = await ServeAsync(pod, outside);
        var job = new ContainerSpec("app", Shell($"curl -sf -o /dev/null {Url(pod, outside, "small")} && exit 3"));
        using var life = await pod.StartAsync(pod.Spec(native: true, TimeSpan.FromSeconds(30), job));
        var ends = await life.CompleteAsync();
        Assert.Equal(3, life["app"].ExitCode);
        var sidecar = Sidecar(ends);
        Assert.True(sidecar.ExitCode == 0 && sidecar.Latency < TimeSpan.FromSeconds(2), $"{sidecar}");
    }

    /// <summary>Nothing of the grace is left for the sidecar but the kubelet's floor of 2 s.</summary>
    [PodTheory("nginx")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task App_that_uses_its_whole_grace_leaves_a_sidecar_that_still_ends_in_order(bool native)
    {
        using var pod = new MeshedPod();
        using var outside = new WebApp(pod.Plain);
        using var server = await ServeAsync(pod, outside);
        var script = $$"""
            trap '' TERM
            exec 3<>/dev/tcp/{{pod.Plain.V4}}/{{outside.Port}}
            printf 'GET /slow HTTP/1.0\r\n\r\n' >&3
            while :; do sleep 0.05; done
            """;
        var deaf = new ContainerSpec("app", new PodCommand("bash", "-c", script));
        using var life = await pod.StartAsync(pod.Spec(native, TimeSpan.FromSeconds(3), deaf));
        await OpenAsync(pod, 1);
        var ends = await life.StopAsync();
        Assert.True(life["app"].ExitCode == 128 + (int)Signal.Kill, $"{string.Join('\n', ends)}");
        Assert.True(Sidecar(ends).ExitCode == 0, $"{Sidecar(ends)}");
    }

    /// <summary>
    /// The app goes on sending when the kubelet has nothing but its floor of 2 s left, to a client that will not have read everything by
    /// then.
    /// </summary>
    [PodTheory("nginx")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Slow_reader_of_an_app_that_uses_its_whole_grace_does_not_get_the_sidecar_killed(bool native)
    {
        using var pod = new MeshedPod();
        using var app = new WebApp(pod.App);
        var grace = TimeSpan.FromSeconds(4);
        var container = app.Container(() => Task.Delay(2 * grace));
        using var life = await pod.StartAsync(pod.Spec(native, grace, container));
        using var slow = await pod.Plain.ConnectAsync(pod.App.Endpoint(IpFamily.V4, app.Port));
        await slow.SendTextAsync("GET /slow HTTP/1.1\r\nHost: app\r\n\r\n");
        await slow.ReadAsync(1000);
        using var enough = new CancellationTokenSource();
        var reading = ReadSlowlyAsync(slow, enough.Token);
        var ends = await life.StopAsync();
        await enough.CancelAsync();
        await reading;
        Assert.True(Sidecar(ends).ExitCode == 0, $"{Sidecar(ends)}");
        Assert.InRange(ends.Single(end => end.Name == "app").Ended, grace, TimeSpan.MaxValue);
    }

    /// <summary>
    /// For 20 s after its SIGTERM. Each call is a connection of its own, with a pause in which the app has no socket at all; none is told
    /// to close, which is for those who come in.
    /// </summary>
    [PodTheory("nginx", "curl")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task App_dials_out_for_20_seconds_after_its_signal_until_it_has_ended(bool native)
    {
        using var pod = new MeshedPod();
        using var outside = new WebApp(pod.Plain);
        using var server = await ServeAsync(pod, outside);
        var script = $$"""
            trap 'ending=$(date +%s)' TERM
            while [ -z "$ending" ] || [ $(($(date +%s) - ending)) -lt 20 ]; do
              head=$(curl -sf --max-time 5 -D - -o /dev/null {{Url(pod, outside, "small")}}) || exit 1
              case "$head" in *onnection:\ close*) exit 2;; esac
              sleep 0.2
            done
            """;
        var app = new ContainerSpec("app", Shell(script));
        using var life = await pod.StartAsync(pod.Spec(native, TimeSpan.FromSeconds(30), app, ("shutdown.lameDuck", "500ms")));
        await Bound.UntilAsync(
            async () => (await pod.Admin.MetricsAsync()).Sum("meshproxy_connections_opened_total") > 2,
            Bound.Start, () => "no call was made");
        var ends = await life.StopAsync();
        Assert.True(life["app"].ExitCode == 0, $"a call failed after SIGTERM: {Sidecar(ends)}");
        Assert.True(Sidecar(ends).ExitCode == 0 && Sidecar(ends).Ended > ends.Single(end => end.Name == "app").Ended, $"{Sidecar(ends)}");
    }

    [PodTheory("nginx")]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("fault", "T18")]
    public async Task Crowd_of_kept_alive_clients_loses_no_request(bool native)
    {
        const int Clients = 1000;
        using var pod = new MeshedPod();
        using var app = new WebApp(pod.App);
        var tally = new Tally();
        using var known = new CancellationTokenSource();
        List<Task> crowd = [];
        var container = app.Container(LingersAsync);
        using var life = await pod.StartAsync(pod.Spec(native, TimeSpan.FromSeconds(30), container, ("shutdown.lameDuck", "9s")));
        var endpoint = pod.App.Endpoint(IpFamily.V4, app.Port);
        for (var i = 0; i < Clients; i++)
        {
            var client = new Http1Client(pod.Plain.Namespace, endpoint, tally, TimeSpan.FromMilliseconds(500 + i));
            crowd.Add(client.RunAsync("/small", app.Small, known.Token));
        }
        await OpenAsync(pod, Clients);
        var ends = await life.StopAsync();
        Assert.True(tally.Failures.IsEmpty, string.Join('\n', tally.Failures.Take(5)));
        Assert.True(HalfWereTold(), $"{tally.Told} of {Clients} were told to close");
        Assert.True(Sidecar(ends).ExitCode == 0, $"{Sidecar(ends)}");

        bool HalfWereTold() => tally.Told >= Clients / 2;

        // However slowly a busy machine lets the crowd speak: it goes on until half of it has heard.
        async Task LingersAsync()
        {
            try
            {
                await Bound.UntilAsync(() => Task.FromResult(HalfWereTold()), Bound.Exchange, () => "too few were told to close");
            }
            finally
            {
                await known.CancelAsync();
                await Task.WhenAll(crowd);
            }
        }
    }

    /// <summary>In a native pod the app alone has been signalled by then, so the sidecar is a lame duck and no more.</summary>
    [PodTheory("mariadbd", "mariadb")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Long_database_session_and_websocket_get_their_grace_beside_a_living_app(bool native)
    {
        using var pod = new MeshedPod();
        using var database = new MariaDbServer();
        await database.StartAsync(pod.Plain);
        var query = new ContainerSpec("app", Shell($"""
            trap '' TERM
            exec mariadb --skip-ssl -u root -h {pod.Plain.V4} -P {MariaDbServer.OpaquePort} -N -e 'select sleep(3); select 6*7'
            """));
        using var life = await pod.StartAsync(
            pod.Spec(native, TimeSpan.FromSeconds(30), query, ("shutdown.lameDuck", "200ms"), ("shutdown.tcpIdle", "200ms")));
        using var socket = await WebSocketAsync(pod);
        await OpenAsync(pod, 2);
        var stopping = life.StopAsync();
        await life[InjectedPod.Proxy].Process.SeeAsync(native ? "lame duck" : "draining inbound", Bound.Exchange);
        await socket.ExchangeAsync();
        await life["app"].Ended.WaitAsync(Bound.Exchange);
        // In a native pod the app's end is the sidecar's signal, and an idle connection ends with it.
        if (!native)
            await socket.ExchangeAsync();
        socket.Dispose();
        Assert.Equal(0, Sidecar(await stopping).ExitCode);
        Assert.EndsWith("\n42\n", life["app"].Process.Output);
    }

    [PodFact]
    [Trait("fault", "T20")]
    public async Task Killed_sidecar_is_restarted_under_the_same_rules_and_carries_traffic_again()
    {
        using var pod = new MeshedPod();
        using var life = await pod.StartAsync(pod.Spec(native: true, TimeSpan.FromSeconds(5), new ContainerSpec("app", Shell(Idle))));
        life[InjectedPod.Proxy].Process.Send(Signal.Kill);
        await Bound.UntilAsync(
            async () => life[InjectedPod.Proxy].Restarts == 1 && await pod.Admin.IsReadyAsync(), Bound.Start, () => "not ready again");
        using var session = await WebSocketAsync(pod);
        await session.ExchangeAsync();
        Assert.Equal(1, (await pod.Admin.MetricsAsync()).Sum("meshproxy_connections_open"));
        session.Dispose();
        Assert.Equal(0, Sidecar(await life.StopAsync()).ExitCode);
    }

    [PodTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signal_during_the_start_is_an_orderly_stop(bool native)
    {
        using var pod = new MeshedPod();
        var spec = pod.Spec(native, TimeSpan.FromSeconds(4), new ContainerSpec("app", Shell(Idle)));
        var sidecar = spec.Init.Concat(spec.Containers).Single(container => container.Name == InjectedPod.Proxy);
        using var process = PodProcess.Start(pod.App.Namespace, sidecar.Command);
        await process.SeeAsync(" 1001 ", Bound.Start);
        process.Send(Signal.Terminate);
        Assert.Equal(0, await process.ExitAsync(Bound.Exchange));
    }

    private static async Task ReadSlowlyAsync(Socket socket, CancellationToken enough)
    {
        var block = new byte[2000];
        while (!enough.IsCancellationRequested)
        {
            try
            {
                if (await socket.ReceiveAsync(block, enough) == 0)
                    return;
            }
            catch (Exception end) when (end is SocketException or OperationCanceledException)
            {
                return;
            }
            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>Both of its ends in the test's hands; the app's end is in the pod, so that the sidecar takes the app for alive.</summary>
    private static async Task<WebSocketSession> WebSocketAsync(MeshedPod pod) => await WebSocketSession.OpenAsync(pod.Plain, pod.App);

    private static PodCommand Shell(string script) => new("sh", "-c", script);

    private static string Url(MeshedPod pod, WebApp server, string name) => $"http://{pod.Plain.V4}:{server.Port}/{name}";

    private static ContainerEnd Sidecar(List<ContainerEnd> ends) => ends.Single(end => end.Name == InjectedPod.Proxy);

    private static async Task<RunningContainer> ServeAsync(MeshedPod pod, WebApp outside)
    {
        var server = new RunningContainer(pod.Plain.Namespace, outside.Container());
        await server.Process.ListeningAsync(pod.Plain, outside.Port);
        return server;
    }

    private static Task OpenAsync(MeshedPod pod, int connections) => Bound.UntilAsync(
        async () => (await pod.Admin.MetricsAsync()).Sum("meshproxy_connections_open") >= connections,
        Bound.Start,
        () => $"never {connections} connections open");
}
