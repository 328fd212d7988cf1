using System.Net;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>Neither end is asked to know that a sidecar is there.</summary>
[Collection(MeshCollection.Name)]
public sealed class TransparencyTests(MeshFixture fixture)
{
    [PodTheory, EveryPath]
    public async Task Client_sees_the_address_it_asked_for(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);
        await session.ExchangeAsync();
        Assert.Equal(fixture.Mesh.ServerOf(path).Address(family), ((IPEndPoint)session.Client.RemoteEndPoint!).Address);
    }

    [PodTheory, EveryPath]
    public async Task Server_sees_a_connection_to_its_own_address(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);
        await session.ExchangeAsync();
        Assert.Equal(fixture.Mesh.ServerOf(path).Address(family), ((IPEndPoint)session.Server.LocalEndPoint!).Address);
    }

    [PodTheory, EveryPath(TrafficPath.Outbound, TrafficPath.External, TrafficPath.Both)]
    public async Task Server_elsewhere_sees_the_pods_address(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);
        await session.ExchangeAsync();
        var expected = path == TrafficPath.Both ? fixture.Mesh.ServerOf(path) : fixture.Mesh.App;
        Assert.Equal(expected.Address(family), ((IPEndPoint)session.Server.RemoteEndPoint!).Address);
    }

    /// <summary>The pod's processes may speak to each other, and no sidecar hears it.</summary>
    [PodFact]
    public async Task Loopback_is_left_alone()
    {
        var opened = await fixture.Mesh.Sidecar.WatchAsync("meshproxy_connections_opened_total");
        var port = fixture.Mesh.App.Namespace.NextPort();
        using var listener = fixture.Mesh.App.Namespace.Listen(IPAddress.Loopback, port);
        using var client = await fixture.Mesh.App.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(0, await opened.GainAsync());
    }
}
