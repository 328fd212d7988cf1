using MeshProxy.PodTests.Support;

namespace MeshProxy.PodTests.Floods;

/// <summary>Frames that cost their receiver more than their sender (CVE-2023-44487, CVE-2024-27316, CVE-2019-9512, -9515, -9518).</summary>
[Collection(FloodCollection.Name)]
public sealed class FrameFloodTests(FloodFixture fixture)
{
    [PodTheory]
    [InlineData("rapid reset")]
    [InlineData("settings flood")]
    [InlineData("ping flood")]
    [InlineData("empty data flood")]
    [InlineData("continuation flood")]
    [InlineData("window update flood")]
    [InlineData("priority flood")]
    public async Task Every_connection_of_a_flood_is_ended_and_good_traffic_goes_on(string attack)
    {
        var (mesh, connections) = (fixture.Mesh, FloodScale.Of(100, 2000));
        var bytes = FrameFlood.Of(attack);
        using var victim = new PatientServer(mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var ended = await mesh.Sidecar.WatchAsync("meshproxy_connections_closed_total", ("reason", "flood"), ("direction", "inbound"));

        var (longest, cpu) = await Attacker.RunAsync(
            mesh.Plain, victim.Endpoint, connections, socket => Attacker.SendToTheEnd(socket, bytes));

        await ended.GainsAsync(connections);
        await flood.EndAsync(new Attack(attack, connections), longest, cpu);
    }
}
