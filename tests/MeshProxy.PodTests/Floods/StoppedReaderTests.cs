using System.Diagnostics;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// Readers that stop and are still there: TCP keeps them as long as they acknowledge probes (RFC 9293 3.8.6.1), because a paused download
/// is no attack. Out of the box so does the sidecar; http.timeouts.streamIdle ends them.
/// </summary>
public sealed class StoppedReaderTests
{
    private static readonly TimeSpan StreamIdle = TimeSpan.FromSeconds(4);

    [PodFact]
    public async Task Readers_that_stop_reading_are_let_go_where_the_settings_say_when()
    {
        var settings = new Dictionary<string, string> { ["inbound.http.timeouts.streamIdle"] = $"{StreamIdle.TotalSeconds}s" };
        var fixture = new FloodFixture { Options = new SidecarOptions { Settings = settings } };
        var readers = new List<Socket>();
        try
        {
            await fixture.InitializeAsync();
            await AttackAsync(fixture, readers);
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
            await fixture.DisposeAsync();
        }
    }

    private static async Task AttackAsync(FloodFixture fixture, List<Socket> readers)
    {
        var (mesh, attackers) = (fixture.Mesh, FloodScale.Attackers);
        using var victim = new PatientServer(mesh.App, answers: true);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var idle = await mesh.Sidecar.WatchAsync("meshproxy_connections_closed_total", ("reason", "stream_idle_timeout"));
        for (var i = 0; i < attackers; i++)
        {
            readers.Add(await mesh.Plain.ConnectAsync(victim.Endpoint));
            await readers[^1].SendTextAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        }
        var began = Stopwatch.GetTimestamp();
        await flood.PeakAsync();
        await Bound.UntilAsync(
            async () => await idle.GainAsync() >= attackers, StreamIdle + Bound.Start, () => "readers that do not read are still there");
        var gone = Stopwatch.GetElapsedTime(began);
        await flood.EndAsync("readers that stop, `streamIdle: 4s`", attackers, isHeld: true, gone, attackerCpu: 0);
    }
}
