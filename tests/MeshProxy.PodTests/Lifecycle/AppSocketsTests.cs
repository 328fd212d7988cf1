using System.Net;
using System.Net.Sockets;
using MeshProxy.Lifecycle;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>What a sidecar can tell of its app by looking at the network namespace, asked of the kernel and read in /proc.</summary>
public sealed class AppSocketsTests : IDisposable
{
    private const string Folder = "/proc/thread-self/net";
    private const int Own = 2102;

    private readonly NetworkNamespace _pod = NetworkNamespace.Create("app");

    public void Dispose() => _pod.Dispose();

    [PodTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Listener_connection_and_neither_are_told_apart(bool asksKernel)
    {
        Assert.Equal(AppPresence.None, Look(asksKernel, Own));
        var listener = _pod.Listen(IPAddress.Loopback, _pod.NextPort());
        Assert.Equal(AppPresence.Listening, Look(asksKernel, Own));
        Assert.Equal(AppPresence.None, Look(asksKernel, ownUser: 0));
        using var client = _pod.OpenSocket(AddressFamily.InterNetwork);
        client.Connect(listener.LocalEndPoint!);
        using var server = listener.Accept();
        listener.Dispose();
        Assert.Equal(AppPresence.Connected, Look(asksKernel, Own));
        client.Dispose();
        server.Dispose();
        // What is left is in TIME_WAIT, and nobody's.
        Assert.Equal(AppPresence.None, Look(asksKernel, Own));
    }

    [PodTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Listener_of_IPv6_and_socket_of_UDP_are_seen(bool asksKernel)
    {
        using (_pod.Listen(IPAddress.IPv6Loopback, _pod.NextPort()))
            Assert.Equal(AppPresence.Listening, Look(asksKernel, Own));
        using var datagrams = NamespaceThread.Run(_pod.Path, () => new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)));
        Assert.Equal(AppPresence.Connected, Look(asksKernel, Own));
    }

    private AppPresence Look(bool asksKernel, int ownUser) => NamespaceThread.Run(_pod.Path, () =>
    {
        using var sockets = new AppSockets(Folder, ownUser, asksKernel ? TcpSocketDump.TryOpen() : null);
        return sockets.Look();
    });
}
