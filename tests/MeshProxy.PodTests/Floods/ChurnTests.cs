using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>Connections that are gone as soon as they are there.</summary>
[Collection(FloodCollection.Name)]
public sealed class ChurnTests(FloodFixture fixture)
{
    private const int Threads = 2;

    [PodTheory]
    [InlineData("connect and reset")]
    [InlineData("connect, a byte and reset")]
    [InlineData("connect and close")]
    public async Task Churn_fails_no_request_and_leaves_nothing(string attack)
    {
        var (mesh, connections) = (fixture.Mesh, FloodScale.Of(500, 5000));
        using var victim = new PatientServer(mesh.App);
        await using var flood = await FloodMeasurement.BeginAsync(fixture);
        var opened = await mesh.Sidecar.WatchAsync("meshproxy_connections_opened_total", ("direction", "inbound"));

        var attackers = Enumerable.Range(0, Threads)
            .Select(_ => new Attacker(mesh.Plain, victim.Endpoint, connections, socket => Churn(socket, attack)))
            .ToArray();
        foreach (var attacker in attackers)
            await attacker.EndAsync();

        await opened.ReachesAsync(Threads * connections);
        var (longest, cpu) = (attackers.Max(attacker => attacker.Longest), attackers.Sum(attacker => attacker.Cpu));
        await flood.EndAsync(attack, Threads * connections, isHeld: false, longest, cpu);
    }

    private static void Churn(Socket socket, string attack)
    {
        if (attack.Contains("byte", StringComparison.Ordinal))
            socket.Send("G"u8);
        if (attack.Contains("reset", StringComparison.Ordinal))
            socket.Reset();
    }
}
