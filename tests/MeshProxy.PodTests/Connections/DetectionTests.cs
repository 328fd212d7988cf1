using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>No server waits for a client to be recognised, and no byte is lost or turned over while it is.</summary>
[Collection(MeshCollection.Name)]
public sealed class DetectionTests(MeshFixture fixture)
{
    [PodTheory, EveryPath]
    [Trait("fault", "T13")]
    public async Task Server_that_speaks_first_is_not_delayed(TrafficPath path, IpFamily family)
    {
        var detected = await fixture.Mesh.DetectionsAsync(path, "server_first");
        using var listener = Listen(path, family);
        using var client = await ConnectAsync(path, listener);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        await server.SendTextAsync("220 welcome\r\n");
        Assert.Equal("220 welcome\r\n", await client.ReadTextAsync(13));
        await client.SendTextAsync("HELO\r\n");
        Assert.Equal("HELO\r\n", await server.ReadTextAsync(6));

        await detected.AllGainAsync(1);
    }

    [PodTheory, EveryPath]
    public async Task Request_sent_one_byte_at_a_time_is_recognised(TrafficPath path, IpFamily family)
    {
        const string Request = "GET /slow HTTP/1.1\r\nHost: server.test\r\n\r\n";
        var detected = await fixture.Mesh.DetectionsAsync(path, "http1");
        using var listener = Listen(path, family);
        using var client = await ConnectAsync(path, listener);

        foreach (var letter in Request)
            await client.SendTextAsync(letter.ToString());
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        Assert.Equal(Request, await server.ReadTextAsync(Request.Length));
        await detected.AllGainAsync(1);
    }

    [PodTheory, EveryPath]
    public async Task Http2_preface_is_recognised(TrafficPath path, IpFamily family)
    {
        const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        var detected = await fixture.Mesh.DetectionsAsync(path, "http2");
        using var listener = Listen(path, family);
        using var client = await ConnectAsync(path, listener);

        await client.SendTextAsync(Preface);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        Assert.Equal(Preface, await server.ReadTextAsync(Preface.Length));
        await detected.AllGainAsync(1);
    }

    [PodTheory, EveryPath]
    public async Task Client_that_ends_without_a_word_reaches_the_server(TrafficPath path, IpFamily family)
    {
        var detected = await fixture.Mesh.DetectionsAsync(path, "eof");
        using var listener = Listen(path, family);
        using var client = await ConnectAsync(path, listener);

        client.Shutdown(SocketShutdown.Send);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);
        Assert.Empty(await server.ReadToEndAsync());
        await server.SendTextAsync("bye");
        Assert.Equal("bye", await client.ReadTextAsync(3));

        await detected.AllGainAsync(1);
    }

    [PodTheory, EveryPath]
    public async Task One_byte_and_then_the_end_reach_the_server(TrafficPath path, IpFamily family)
    {
        using var listener = Listen(path, family);
        using var client = await ConnectAsync(path, listener);

        await client.SendTextAsync("G");
        client.Shutdown(SocketShutdown.Send);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        Assert.Equal("G"u8.ToArray(), await server.ReadToEndAsync());
    }

    [PodTheory, EveryPath]
    [Trait("fault", "T9")]
    public async Task Client_that_connects_and_leaves_causes_one_dial_at_most(TrafficPath path, IpFamily family)
    {
        var closed = await fixture.Mesh.WatchAsync(path, "meshproxy_connections_closed_total");
        using var listener = Listen(path, family);
        using (await ConnectAsync(path, listener))
        {
            // Leaves at once, as a probe or a port scan does.
        }

        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);
        server.Shutdown(SocketShutdown.Both);
        await closed.AllGainAsync(1);
        Assert.False(listener.Poll(0, SelectMode.SelectRead), "the server was dialled twice");
    }

    private Socket Listen(TrafficPath path, IpFamily family)
    {
        var pod = fixture.Mesh.ServerOf(path);
        return pod.Namespace.Listen(pod.Address(family), pod.Namespace.NextPort());
    }

    private Task<Socket> ConnectAsync(TrafficPath path, Socket listener) =>
        fixture.Mesh.ClientOf(path).ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
}
