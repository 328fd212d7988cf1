using System.Diagnostics;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// Attackers that cost themselves almost nothing: they begin, and then hardly go on. Each attack has a sidecar of its own, for the heap
/// that one leaves behind would hide what the next one takes.
/// </summary>
public sealed class SlowAttackTests : IAsyncLifetime
{
    /// <summary>http.timeouts.requestHead out of the box.</summary>
    private static readonly TimeSpan HeadBound = TimeSpan.FromSeconds(10);

    /// <summary>For the attackers to connect, and for ends to be noticed, on a busy machine.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    /// <summary>How long slow ones are left to it.</summary>
    private static readonly TimeSpan Dribbling = TimeSpan.FromSeconds(FloodScale.Of(2, 20));

    private readonly FloodFixture _fixture = new();

    private static int Attackers => FloodScale.Attackers;

    private Mesh Mesh => _fixture.Mesh;

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [PodFact("slowhttptest")]
    public async Task Heads_that_never_end_are_gone_after_ten_seconds()
    {
        using var victim = new PatientServer(Mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(_fixture);
        var timedOut = await Mesh.Sidecar.WatchAsync("meshproxy_connections_closed_total", ("reason", "request_head_timeout"));
        using var attack = new SlowHttpAttack(Mesh.Plain, victim.Endpoint, Attackers, "-H", "-i", "2");
        await victim.SeesAsync(Attackers, attack.Describe);

        var began = Stopwatch.GetTimestamp();
        await victim.IsLeftAsync(HeadBound + Slack);
        await flood.EndAsync(
            new Attack("heads that never end (slowloris)", Attackers, HeldKiB: 24), Stopwatch.GetElapsedTime(began), attack.End());
        await timedOut.ReachesAsync(Attackers);
    }

    /// <summary>
    /// How long a body may take is for the server to say; the sidecar keeps next to nothing for it, and lets go with the client.
    /// </summary>
    [PodFact("slowhttptest")]
    public async Task Bodies_that_dribble_cost_little_and_leave_nothing()
    {
        using var victim = new PatientServer(Mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(_fixture);
        using var attack = new SlowHttpAttack(Mesh.Plain, victim.Endpoint, Attackers, "-B", "-i", "1", "-s", "100000");
        await victim.SeesAsync(Attackers, attack.Describe);
        await Task.Delay(Dribbling);

        await LetGoAsync(flood, victim, new Attack("bodies that dribble", Attackers, HeldKiB: 8), attack);
    }

    [PodFact("slowhttptest")]
    public async Task Readers_that_hardly_read_cost_a_buffer_each_and_leave_nothing()
    {
        using var victim = new PatientServer(Mesh.App, answers: true);
        await using var flood = await FloodMeasurement.BeginAsync(_fixture);
        using var attack = new SlowHttpAttack(
            Mesh.Plain, victim.Endpoint, Attackers, "-X", "-w", "256", "-y", "512", "-n", "5", "-z", "16");
        await victim.SeesAsync(Attackers, attack.Describe);
        await Task.Delay(Dribbling);

        await LetGoAsync(flood, victim, new Attack("readers that hardly read", Attackers, HeldKiB: 72), attack);
    }

    [PodFact]
    public async Task Connections_that_never_speak_cost_little_and_leave_nothing()
    {
        using var victim = new PatientServer(Mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(_fixture);
        using var crowd = new Crowd(victim.Endpoint);
        var cpu = await crowd.ComeAsync(Mesh.Plain, Attackers);
        await victim.SeesAsync(Attackers, () => "silence");

        var began = Stopwatch.GetTimestamp();
        cpu += await crowd.GoAsync(Mesh.Plain);
        await victim.IsLeftAsync(Slack);
        await flood.EndAsync(
            new Attack("connections that never speak", Attackers, HeldKiB: 8), Stopwatch.GetElapsedTime(began), cpu);
    }

    private static async Task LetGoAsync(FloodMeasurement flood, PatientServer victim, Attack attack, SlowHttpAttack attackers)
    {
        var began = Stopwatch.GetTimestamp();
        var cpu = attackers.End();
        await victim.IsLeftAsync(Slack);
        await flood.EndAsync(attack, Stopwatch.GetElapsedTime(began), cpu);
    }
}
