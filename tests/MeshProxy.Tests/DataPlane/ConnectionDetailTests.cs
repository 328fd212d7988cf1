using System.Net.Security;
using System.Net.Sockets;
using MeshProxy.DataPlane.Connections;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.DataPlane;

public sealed class ConnectionDetailTests
{
    [Fact]
    public async Task Name_and_protocols_of_a_real_client_hello_are_told()
    {
        using var listener = Peer.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        using var server = await listener.AcceptAsync();
        using var tls = new SslStream(new NetworkStream(client));
        var greeting = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "db.example.org",
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        });
        var header = await server.ReadExactlyAsync(5);
        byte[] hello = [.. header, .. await server.ReadExactlyAsync(header[3] << 8 | header[4])];
        Assert.Equal("db.example.org (h2,http/1.1)", ConnectionDetail.OfTls(hello));
        server.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => greeting);
    }

    [Theory]
    [InlineData("*1\r\n$4\r\nPING\r\n", "redis")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "ssh")]
    [InlineData("something else", "")]
    public void Well_known_protocol_is_named(string words, string name) =>
        Assert.Equal(name, ConnectionDetail.OfOpaque(System.Text.Encoding.Latin1.GetBytes(words)));
}
