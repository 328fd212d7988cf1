using System.Diagnostics;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>Attackers that cost themselves almost nothing: they begin, and then hardly go on.</summary>
[Collection(FloodCollection.Name)]
public sealed class SlowAttackTests(FloodFixture fixture)
{
    /// <summary>http.timeouts.requestHead out of the box.</summary>
    private static readonly TimeSpan HeadBound = TimeSpan.FromSeconds(10);

    /// <summary>For the attackers to connect, and for ends to be noticed, on a busy machine.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    private static int Attackers => FloodScale.Attackers;

    private Mesh Mesh => fixture.Mesh;

    [PodFact("slowhttptest")]
    public async Task Heads_that_never_end_are_gone_after_ten_seconds()
    {
        using var victim = new PatientServer(Mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var timedOut = await Mesh.Sidecar.WatchAsync("meshproxy_connections_closed_total", ("reason", "request_head_timeout"));
        using var attack = new SlowHttpAttack(Mesh.Plain, victim.Endpoint, Attackers, "-H", "-i", "2");
        var began = await HeldAsync(flood, attack);

        await GoneAsync(timedOut, attack, HeadBound + Slack);

        await flood.EndAsync("heads that never end (slowloris)", Attackers, isHeld: true, Stopwatch.GetElapsedTime(began), attack.Cpu);
    }

    /// <summary>
    /// How long a body may take is for the server to say; the sidecar keeps next to nothing for it, and lets go with the client.
    /// </summary>
    [PodFact("slowhttptest")]
    public async Task Bodies_that_dribble_cost_little_and_leave_nothing()
    {
        using var victim = new PatientServer(Mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var attack = new SlowHttpAttack(Mesh.Plain, victim.Endpoint, Attackers, "-B", "-i", "1", "-s", "100000");
        using (attack)
            await HeldAsync(flood, attack);

        var began = Stopwatch.GetTimestamp();
        await OnlyGoodOnesOpenAsync();
        await flood.EndAsync("bodies that dribble", Attackers, isHeld: true, Stopwatch.GetElapsedTime(began), attackerCpu: 0);
    }

    [PodFact("slowhttptest")]
    public async Task Readers_that_hardly_read_cost_a_buffer_each_and_leave_nothing()
    {
        using var victim = new PatientServer(Mesh.App, answers: true);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var attack = new SlowHttpAttack(Mesh.Plain, victim.Endpoint, Attackers, "-X", "-w", "256", "-y", "512", "-n", "5", "-z", "16");
        using (attack)
        {
            await HeldAsync(flood, attack);
            await Task.Delay(TimeSpan.FromSeconds(FloodScale.Of(2, 20)));
            await flood.PeakAsync();
        }

        var began = Stopwatch.GetTimestamp();
        await OnlyGoodOnesOpenAsync();
        await flood.EndAsync("readers that hardly read", Attackers, isHeld: true, Stopwatch.GetElapsedTime(began), attackerCpu: 0);
    }

    [PodFact]
    public async Task Connections_that_never_speak_cost_little_and_leave_nothing()
    {
        using var victim = new PatientServer(Mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var silent = new List<Socket>();
        for (var i = 0; i < Attackers; i++)
            silent.Add(await Mesh.Plain.ConnectAsync(victim.Endpoint));
        await flood.PeakAsync();

        var began = Stopwatch.GetTimestamp();
        silent.ForEach(socket => socket.Dispose());
        await OnlyGoodOnesOpenAsync();
        await flood.EndAsync("connections that never speak", Attackers, isHeld: true, Stopwatch.GetElapsedTime(began), attackerCpu: 0);
    }

    /// <summary>All attackers are connected, and what they cost is known.</summary>
    private async Task<long> HeldAsync(FloodMeasurement flood, SlowHttpAttack attack)
    {
        var began = Stopwatch.GetTimestamp();
        await Bound.UntilAsync(
            async () => await OpenAsync() >= Attackers, Bound.Start, () => $"the attack does not come through: {attack.Describe()}");
        await flood.PeakAsync();
        return began;
    }

    private static Task GoneAsync(CounterWatch ends, SlowHttpAttack attack, TimeSpan bound) => Bound.UntilAsync(
        async () =>
        {
            // Scrapes cost the sidecar too, and are no part of the attack.
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            return attack.Cpu >= 0 && await ends.GainAsync() >= Attackers;
        },
        bound,
        () => $"attackers are still there: {attack.Describe()}");

    private Task OnlyGoodOnesOpenAsync() =>
        Bound.UntilAsync(async () => await OpenAsync() < 50, Bound.Start, () => "attackers have gone, and their connections have not");

    private async Task<double> OpenAsync() => (await Mesh.Sidecar.Admin.MetricsAsync()).Sum("meshproxy_connections_open");
}
