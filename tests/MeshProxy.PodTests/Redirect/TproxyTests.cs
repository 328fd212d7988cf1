using System.Net;
using System.Net.Sockets;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect;

/// <summary>The inbound method that translates nothing.</summary>
public sealed class TproxyTests(RedirectNetwork network) : IClassFixture<RedirectNetwork>
{
    /// <summary>Translated, both would have the same tuple, and the kernel would change one's source port.</summary>
    [PodTheory("nft")]
    [InlineData(IpFamily.V4)]
    [InlineData(IpFamily.V6)]
    [Trait("fault", "T15")]
    public async Task Two_connections_from_one_client_port_keep_it(IpFamily family)
    {
        using var pod = new RedirectedPod(network);
        pod.MustApply(new RedirectConfig { Inbound = new InboundRedirect { Method = InboundMethod.Tproxy } });
        using var first = pod.App.Namespace.Listen(IPAddress.IPv6Any, 8080);
        using var second = pod.App.Namespace.Listen(IPAddress.IPv6Any, 8081);
        var any = family == IpFamily.V4 ? IPAddress.Any : IPAddress.IPv6Any;
        using var proxy = pod.App.Namespace.OpenSocket(any.AddressFamily);
        proxy.MakeTransparent();
        proxy.Bind(new IPEndPoint(any, 4143));
        proxy.Listen(16);
        var source = new IPEndPoint(pod.Client.Address(family), 40_000);

        foreach (ushort port in new[] { 8080, 8081 })
        {
            var accepting = proxy.AcceptAsync();
            using var client = pod.Client.Namespace.OpenSocket(any.AddressFamily);
            client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            client.Bind(source);
            var destination = pod.App.Endpoint(family, port);
            await client.ConnectAsync(destination).WaitAsync(Bound.Exchange);
            using var accepted = await accepting.WaitAsync(Bound.Exchange);

            Assert.Equal(source, accepted.RemoteEndPoint);
            Assert.Equal(destination, accepted.LocalEndPoint);
            Assert.Equal(destination, accepted.OriginalDestination());
            accepted.Reset();
        }
    }
}
