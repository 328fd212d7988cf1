using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>
/// A sidecar in a container of 64 MiB, and 2,000 clients that begin a request and leave it, or read nothing of a gigabyte.
/// </summary>
public sealed class MemoryFamineTests : IDisposable
{
    private const int Storm = 1900;
    private const int Readers = 100;
    private const int Established = 20;

    private const string HalfOfTheHead = "GET / HTTP/1.1\r\nHo";
    private const string TheRest = "st: h\r\n\r\n";

    private readonly List<TcpSession> _established = [];

    [PodFact]
    [Trait("fault", "T11")]
    public async Task Open_connections_go_on_nobody_is_killed_and_new_ones_come_through_afterwards()
    {
        using var container = new MemoryCgroup(64 << 20);
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = Settings(), RootLauncher = container.Launcher });
        using var generous = new PatientServer(mesh.App, answers: true);
        using var server = new PromptServer(mesh.App);
        for (var i = 0; i < Established; i++)
            _established.Add(await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4));

        using var readers = new Famine(mesh);
        using var heads = new Famine(mesh);
        await readers.ComeAsync(Readers, generous.Endpoint);
        await heads.ComeAsync(Storm, server.Endpoint, HalfOfTheHead);
        await EstablishedGoOnAsync();
        await heads.IsIdleAsync(() => heads.ComeAsync(50, server.Endpoint, HalfOfTheHead));
        await EstablishedGoOnAsync();
        Assert.DoesNotContain(readers.Served, reader => reader.HasSeenFin(256 << 10));

        var recovery = await heads.EndAsync(() => EndAsync(readers, heads), server.Endpoint);
        await EstablishedGoOnAsync();
        await readers.AccountAsync();
        await heads.AccountAsync("memory: a cgroup of 64 MiB", $"{Established} of {Established}", recovery);
        Assert.Equal(0, container.Kills);
        Assert.False(mesh.Sidecar.Process.HasExited, mesh.Sidecar.Process.Describe());
    }

    public void Dispose() => _established.ForEach(session => session.Dispose());

    /// <summary>The test is what ends the shortage, on a slow machine too: not the time that heads may take.</summary>
    private static Dictionary<string, string> Settings() =>
        new(OpaqueRange.Settings) { ["inbound.http.timeouts.requestHead"] = "5m" };

    /// <summary>The readers go, and the others ask for what they began to ask for.</summary>
    private static async Task EndAsync(Famine readers, Famine heads)
    {
        await readers.DisperseAsync();
        await heads.SayAsync(TheRest);
        await heads.DisperseAsync();
    }

    private async Task EstablishedGoOnAsync()
    {
        foreach (var session in _established)
            await session.ExchangeAsync();
    }
}
