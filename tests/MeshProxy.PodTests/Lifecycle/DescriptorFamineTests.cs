using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>2,000 connections come to a sidecar that may open 256 files, and those that are served stay.</summary>
public sealed class DescriptorFamineTests : IDisposable
{
    private const int Storm = 2000;
    private const int Established = 10;

    private readonly List<TcpSession> _established = [];

    [PodFact]
    [Trait("fault", "T11")]
    public async Task Open_connections_go_on_the_sidecar_stays_idle_and_new_ones_come_through_afterwards()
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings, OpenFiles = 256 });
        for (var i = 0; i < Established; i++)
            _established.Add(await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4));
        using var server = new PromptServer(mesh.App);
        using var famine = new Famine(mesh);

        await famine.ComeAsync(Storm, server.Endpoint);
        await EstablishedGoOnAsync();
        await famine.IsIdleAsync(() => famine.ComeAsync(50, server.Endpoint));
        Assert.InRange(famine.Served.Count(), 1, 256 / 2);

        var recovery = await famine.EndAsync(famine.DisperseAsync, server.Endpoint);
        await EstablishedGoOnAsync();
        await famine.AccountAsync("descriptors: 256", $"{Established} of {Established}", recovery);
        Assert.False(mesh.Sidecar.Process.HasExited, mesh.Sidecar.Process.Describe());
    }

    public void Dispose() => _established.ForEach(session => session.Dispose());

    private async Task EstablishedGoOnAsync()
    {
        foreach (var session in _established)
            await session.ExchangeAsync();
    }
}
