using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>Connections through the sidecars end as they would on the wire.</summary>
[Collection(MeshCollection.Name)]
public sealed class EndTests(MeshFixture fixture)
{
    // More than all buffers on the way hold, so that backpressure is part of it.
    private const int Much = 24 << 20;

    [PodTheory, EveryPath]
    [Trait("fault", "T1")]
    public async Task Client_that_half_closes_still_receives_the_whole_answer(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);
        var completed = await fixture.Mesh.ClosedAsync(path, "completed");

        await HalfCloseAsync(session.Client, session.Server);
        await HalfCloseAsync(session.Server, session.Client);

        await completed.AllGainAsync(1);
    }

    [PodTheory, EveryPath]
    [Trait("fault", "T1")]
    public async Task Server_that_half_closes_still_receives_all_the_client_sends(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);

        await HalfCloseAsync(session.Server, session.Client);
        await HalfCloseAsync(session.Client, session.Server);
    }

    [PodTheory, EveryPath]
    [Trait("fault", "T2")]
    public async Task Reset_by_the_client_reaches_the_server_as_a_reset(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);
        await session.ExchangeAsync();
        var reset = await fixture.Mesh.ClosedAsync(path, "downstream_reset");

        session.Client.Reset();

        Assert.Equal(SocketError.ConnectionReset, await session.Server.EndAsync());
        await reset.AllGainAsync(1);
    }

    [PodTheory, EveryPath]
    [Trait("fault", "T2")]
    public async Task Reset_by_the_server_reaches_the_client_as_a_reset(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);
        await session.ExchangeAsync();
        var reset = await fixture.Mesh.ClosedAsync(path, "upstream_reset");

        session.Server.Reset();

        Assert.Equal(SocketError.ConnectionReset, await session.Client.EndAsync());
        await reset.AllGainAsync(1);
    }

    [PodTheory, EveryPath(TrafficPath.Outbound, TrafficPath.External)]
    [Trait("fault", "T4")]
    public Task Refused_connection_is_a_reset(TrafficPath path, IpFamily family) =>
        RefusedAsync(path, fixture.Mesh.ServerOf(path).Endpoint(family, OpaqueRange.NextPort()));

    [PodTheory, EveryPath(TrafficPath.Outbound, TrafficPath.External)]
    [Trait("fault", "T4")]
    public async Task Refused_connection_is_a_reset_though_the_client_has_not_spoken(TrafficPath path, IpFamily family)
    {
        var server = fixture.Mesh.ServerOf(path);
        await RefusedAsync(path, server.Endpoint(family, server.Namespace.NextPort()));
    }

    // With rules that redirect only where somebody listens, the kernel itself refuses: that is as good.
    [PodTheory, EveryPath(TrafficPath.Inbound)]
    [Trait("fault", "T5")]
    public async Task Connection_to_a_closed_port_of_the_pod_is_refused(TrafficPath path, IpFamily family)
    {
        var destination = fixture.Mesh.ServerOf(path).Endpoint(family, OpaqueRange.NextPort());
        using var client = fixture.Mesh.ClientOf(path).Namespace.OpenSocket(destination.AddressFamily);

        var end = await client.ConnectToEndAsync(destination);

        Assert.Contains(end, new[] { SocketError.ConnectionRefused, SocketError.ConnectionReset });
    }

    private async Task RefusedAsync(TrafficPath path, IPEndPoint destination)
    {
        var refused = await fixture.Mesh.ClosedAsync(path, "connect_refused");
        using var client = fixture.Mesh.ClientOf(path).Namespace.OpenSocket(destination.AddressFamily);

        Assert.Equal(SocketError.ConnectionReset, await client.ConnectToEndAsync(destination));

        await refused.AllGainAsync(1);
    }

    private static async Task HalfCloseAsync(Socket from, Socket to)
    {
        var bytes = RandomNumberGenerator.GetBytes(Much);
        var received = to.ReadToEndAsync();
        await from.SendAllAsync(bytes);
        from.Shutdown(SocketShutdown.Send);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), Convert.ToHexString(SHA256.HashData(await received)));
    }
}
