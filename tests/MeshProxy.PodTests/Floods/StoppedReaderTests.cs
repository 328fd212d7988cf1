using System.Diagnostics;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// Readers that stop and are still there: TCP keeps them as long as they acknowledge probes (RFC 9293 3.8.6.1), because a paused download
/// is no attack. Out of the box so does the sidecar; http.timeouts.streamIdle ends them.
/// </summary>
public sealed class StoppedReaderTests
{
    private static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray();
    private static readonly TimeSpan StreamIdle = TimeSpan.FromSeconds(4);

    [PodFact]
    public async Task Readers_that_stop_reading_are_let_go_where_the_settings_say_when()
    {
        var settings = new Dictionary<string, string> { ["inbound.http.timeouts.streamIdle"] = $"{StreamIdle.TotalSeconds}s" };
        var fixture = new FloodFixture { Settings = settings };
        try
        {
            await fixture.InitializeAsync();
            await AttackAsync(fixture);
        }
        finally
        {
            await fixture.DisposeAsync();
        }
    }

    private static async Task AttackAsync(FloodFixture fixture)
    {
        var (mesh, attackers) = (fixture.Mesh, FloodScale.Attackers);
        using var victim = new PatientServer(mesh.App, answers: true);
        var perByte = await new HonestReaders(mesh, victim.Endpoint).SecondsPerByteAsync(Request);
        await victim.IsLeftAsync(Bound.Start);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var idle = await mesh.Sidecar.WatchAsync("meshproxy_connections_closed_total", ("reason", "stream_idle_timeout"));
        var carried = await mesh.Sidecar.WatchAsync("meshproxy_bytes_total", ("protocol", "http1"));
        using var crowd = new Crowd(victim.Endpoint);
        var cpu = await crowd.ComeAsync(mesh.Plain, attackers, Request);
        await victim.SeesAsync(attackers, () => "readers that stop");

        var began = Stopwatch.GetTimestamp();
        await victim.IsLeftAsync(StreamIdle + Bound.Start);
        var gone = Stopwatch.GetElapsedTime(began);
        await idle.GainsAsync(attackers);
        var name = $"readers that stop, `streamIdle: {StreamIdle.TotalSeconds}s`";
        var attack = new Attack(name, attackers, HeldKiB: 72, CarriedSeconds: await carried.GainAsync() * perByte);
        await flood.EndAsync(attack, gone, cpu);
    }
}
