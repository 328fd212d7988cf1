using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>
/// An inbound connection that was redirected, both of its ends in the test's own hands: the client's and the one the proxy would have.
/// </summary>
internal sealed class RedirectedConnection : IDisposable
{
    private const ushort InboundPort = 4143;

    /// <summary>Where the client meant to go; it listens as long as the connection lives.</summary>
    private readonly Socket _server;

    private RedirectedConnection(Socket client, Socket proxy, Socket server) => (Client, Proxy, _server) = (client, proxy, server);

    public Socket Client { get; }

    public Socket Proxy { get; }

    /// <param name="server">A listener at the destination; owned from now on.</param>
    public static async Task<RedirectedConnection> OpenAsync(RedirectedPod pod, IPEndPoint destination, Socket server)
    {
        var any = destination.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        using var listener = pod.App.Namespace.Listen(any, InboundPort);
        var accepting = listener.AcceptAsync();
        var client = await pod.Client.ConnectAsync(destination);
        var proxy = await accepting.WaitAsync(Bound.Exchange);
        Assert.Equal(destination, proxy.OriginalDestination());
        return new RedirectedConnection(client, proxy, server);
    }

    public static Task<RedirectedConnection> OpenAsync(RedirectedPod pod, IpFamily family, ushort port) =>
        OpenAsync(pod, pod.App.Endpoint(family, port), pod.App.Namespace.Listen(IPAddress.IPv6Any, port));

    /// <summary>A byte there and a byte back: the connection is whole.</summary>
    public async Task ExchangeAsync()
    {
        await Client.SendTextAsync("?");
        Assert.Equal("?", await Proxy.ReadTextAsync(1));
        await Proxy.SendTextAsync("!");
        Assert.Equal("!", await Client.ReadTextAsync(1));
    }

    public void Dispose()
    {
        Client.Reset();
        Proxy.Reset();
        _server.Dispose();
    }
}
