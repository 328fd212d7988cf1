using System.Net;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.Routing.Support;

/// <summary>Routes and clients as the tests write them.</summary>
internal static class Routes
{
    public static RouteSettings To(params string[] targets) => RouteSettings.Empty with
    {
        Name = "test",
        Backends = [.. targets.Select(target => new RouteBackend(target, 1))],
    };

    public static RouteMatch Path(RouteTextKind kind, string text) => RouteMatch.Everything with { Path = new RouteText(kind, text) };

    /// <summary>Every request goes to the proxy, whatever its host.</summary>
    public static HttpClient Client(this ProxyFixture proxy, bool isHttp2 = false) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, _) => new System.Net.Sockets.NetworkStream(await proxy.ConnectAsync(), ownsSocket: true),
    })
    {
        BaseAddress = new Uri("http://shop.example"),
        DefaultRequestVersion = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Peer.Patience,
    };
}
