using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// Connections that are gone as soon as they are there: for their client, that is. Where it closes they last until the server does as well,
/// and a thousand of them are there at a time.
/// </summary>
[Collection(FloodCollection.Name)]
public sealed class ChurnTests(FloodFixture fixture)
{
    [PodTheory]
    [InlineData("connect and reset")]
    [InlineData("connect, a byte and reset")]
    [InlineData("connect and close")]
    public async Task Churn_fails_no_request_and_leaves_nothing(string attack)
    {
        var (mesh, connections) = (fixture.Mesh, FloodScale.Of(1000, 10_000));
        using var victim = new PatientServer(mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var opened = await mesh.Sidecar.WatchAsync("meshproxy_connections_opened_total", ("direction", "inbound"));

        var (longest, cpu) = await Attacker.RunAsync(mesh.Plain, victim.Endpoint, connections, socket => Churn(socket, attack));

        await opened.ReachesAsync(connections);
        await flood.EndAsync(new Attack(attack, connections, HeldMiB: 14), longest, cpu);
    }

    private static void Churn(Socket socket, string attack)
    {
        if (attack.Contains("byte", StringComparison.Ordinal))
            socket.Send("G"u8);
        if (attack.Contains("reset", StringComparison.Ordinal))
            socket.Reset();
    }
}
