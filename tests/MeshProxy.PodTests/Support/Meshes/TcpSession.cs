using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>One connection through the sidecars of a path, both of its ends in the test's own hands.</summary>
internal sealed class TcpSession : IDisposable
{
    private TcpSession(Socket client, Socket server) => (Client, Server) = (client, server);

    public Socket Client { get; }

    public Socket Server { get; }

    /// <summary>On an opaque port, so that the server's end exists before a byte was sent.</summary>
    public static Task<TcpSession> OpenAsync(Mesh mesh, TrafficPath path, IpFamily family) =>
        OpenAsync(mesh, path, family, OpaqueRange.NextPort());

    public static async Task<TcpSession> OpenAsync(Mesh mesh, TrafficPath path, IpFamily family, ushort port)
    {
        var destination = mesh.ServerOf(path).Endpoint(family, port);
        using var listener = mesh.ServerOf(path).Namespace.Listen(destination.Address, port);
        var client = await mesh.ClientOf(path).ConnectAsync(destination);
        try
        {
            return new TcpSession(client, await listener.AcceptAsync().WaitAsync(Bound.Exchange));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>A byte there and a byte back: the connection is whole.</summary>
    public async Task ExchangeAsync()
    {
        await Client.SendTextAsync("?");
        Assert.Equal("?", await Server.ReadTextAsync(1));
        await Server.SendTextAsync("!");
        Assert.Equal("!", await Client.ReadTextAsync(1));
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
