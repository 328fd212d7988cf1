using System.Net;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>A destination that was found opaque once needs no detection the next time.</summary>
public sealed class LearningTests
{
    // What is learned is a loop's own; one loop makes it certain that the next connection meets it.
    private static readonly SidecarOptions OneLoop = new() { Settings = new Dictionary<string, string> { ["loops.count"] = "1" } };

    [PodTheory]
    [InlineData(TrafficPath.Inbound, IpFamily.V4)]
    [InlineData(TrafficPath.Outbound, IpFamily.V6)]
    public async Task Second_connection_to_a_server_that_speaks_first_skips_detection(TrafficPath path, IpFamily family)
    {
        using var mesh = await Mesh.StartAsync(OneLoop);
        var first = await mesh.DetectionsAsync(path, "server_first");
        var second = await mesh.DetectionsAsync(path, "learned");
        var destination = mesh.ServerOf(path).Endpoint(family, mesh.ServerOf(path).Namespace.NextPort());

        await BeGreetedAsync(mesh, path, destination);
        await BeGreetedAsync(mesh, path, destination);

        await first.AllGainAsync(1);
        await second.AllGainAsync(1);
    }

    /// <summary>What is learned of one port says nothing about another.</summary>
    [PodFact]
    public async Task Another_port_of_the_same_server_is_decided_by_itself()
    {
        using var mesh = await Mesh.StartAsync(OneLoop);
        var decided = await mesh.DetectionsAsync(TrafficPath.Outbound, "server_first");

        await BeGreetedAsync(mesh, TrafficPath.Outbound, mesh.Plain.Endpoint(IpFamily.V4, mesh.Plain.Namespace.NextPort()));
        await BeGreetedAsync(mesh, TrafficPath.Outbound, mesh.Plain.Endpoint(IpFamily.V4, mesh.Plain.Namespace.NextPort()));

        await decided.AllGainAsync(2);
    }

    private static async Task BeGreetedAsync(Mesh mesh, TrafficPath path, IPEndPoint destination)
    {
        using var listener = mesh.ServerOf(path).Namespace.Listen(destination.Address, (ushort)destination.Port);
        using var client = await mesh.ClientOf(path).ConnectAsync(destination);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);
        await server.SendTextAsync("220 hello\r\n");
        Assert.Equal("220 hello\r\n", await client.ReadTextAsync(11));
    }
}
