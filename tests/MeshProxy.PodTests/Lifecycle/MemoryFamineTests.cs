using System.Net.Sockets;
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

    /// <summary>Less than what is accepted in 64 MiB, so that all of them are.</summary>
    private const int Established = 20;

    private readonly List<TcpSession> _established = [];
    private readonly List<Socket> _storm = [];

    [PodFact]
    [Trait("fault", "T11")]
    public async Task Open_connections_go_on_nobody_is_killed_and_new_ones_come_through_afterwards()
    {
        Assert.True(MemoryCgroup.CanBeMade, "memory cgroups of version 1 are what this test can make");
        using var container = new MemoryCgroup(64 << 20);
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings, RootLauncher = container.Launcher });
        using var victim = new PatientServer(mesh.App, answers: true);
        for (var i = 0; i < Established; i++)
            _established.Add(await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4));

        await UnleashAsync(mesh, victim, Readers, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        await UnleashAsync(mesh, victim, Storm, "GET / HTTP/1.1\r\nHo");
        await EstablishedGoOnAsync();
        Assert.InRange(await mesh.Sidecar.Process.CpuShareAsync(TimeSpan.FromSeconds(2)), 0, 0.5);
        await EstablishedGoOnAsync();

        _storm.ForEach(socket => socket.Reset());
        _established.Add(await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4));
        await EstablishedGoOnAsync();
        Assert.Equal(0, container.Kills);
        Assert.False(mesh.Sidecar.Process.HasExited, mesh.Sidecar.Process.Describe());
    }

    public void Dispose()
    {
        _storm.ForEach(socket => socket.Dispose());
        _established.ForEach(session => session.Dispose());
    }

    // Some are reset, some wait in the kernel's queue: what matters is what becomes of the others.
    private async Task UnleashAsync(Mesh mesh, PatientServer victim, int count, string words)
    {
        for (var i = 0; i < count; i++)
        {
            var socket = mesh.Plain.Namespace.OpenSocket(AddressFamily.InterNetwork);
            _storm.Add(socket);
            try
            {
                await socket.ConnectAsync(victim.Endpoint).WaitAsync(Bound.Exchange);
                await socket.SendTextAsync(words);
            }
            catch (SocketException)
            {
                // Refused.
            }
        }
    }

    private async Task EstablishedGoOnAsync()
    {
        foreach (var session in _established)
            await session.ExchangeAsync();
    }
}
