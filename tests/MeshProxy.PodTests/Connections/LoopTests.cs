using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>A connection made straight to one of the proxy's own ports leads nowhere but back: it is refused, at once.</summary>
[Collection(MeshCollection.Name)]
public sealed class LoopTests(MeshFixture fixture)
{
    private const ushort Outbound = 4140;
    private const ushort Inbound = 4143;

    [PodTheory]
    [InlineData("127.0.0.1", Outbound)]
    [InlineData("127.0.0.1", Inbound)]
    [InlineData("127.9.9.9", Inbound)]
    [InlineData("::1", Outbound)]
    [InlineData("::1", Inbound)]
    [InlineData("::ffff:127.0.0.1", Outbound)]
    [InlineData("::ffff:127.0.0.1", Inbound)]
    [Trait("fault", "T10")]
    public Task Direct_connection_by_loopback_is_refused(string address, ushort port) =>
        RefusedAsync(fixture.Mesh.App, new IPEndPoint(IPAddress.Parse(address), port));

    [PodTheory]
    [InlineData(IpFamily.V4)]
    [InlineData(IpFamily.V6)]
    [Trait("fault", "T10")]
    public Task Direct_connection_by_the_pods_own_address_is_refused(IpFamily family) =>
        RefusedAsync(fixture.Mesh.App, fixture.Mesh.App.Endpoint(family, Inbound));

    [PodFact]
    [Trait("fault", "T10")]
    public Task Direct_connection_by_the_pods_mapped_address_is_refused() =>
        RefusedAsync(fixture.Mesh.App, new IPEndPoint(fixture.Mesh.App.V4.MapToIPv6(), Inbound));

    // The rules themselves may refuse it, before the proxy hears of it.
    [PodTheory]
    [InlineData(IpFamily.V4, Inbound)]
    [InlineData(IpFamily.V6, Inbound)]
    [InlineData(IpFamily.V4, Outbound)]
    [InlineData(IpFamily.V6, Outbound)]
    [Trait("fault", "T10")]
    public async Task Connection_from_another_pod_to_a_proxy_port_is_refused(IpFamily family, ushort port)
    {
        var end = await EndAsync(fixture.Mesh.Plain, fixture.Mesh.App.Endpoint(family, port));
        Assert.Contains(end, new[] { SocketError.ConnectionRefused, SocketError.ConnectionReset });
    }

    private async Task RefusedAsync(Pod from, IPEndPoint proxyPort)
    {
        var closed = await fixture.Mesh.Sidecar.WatchAsync("meshproxy_connections_closed_total");
        var refused = await RefusalsAsync();

        Assert.Equal(SocketError.ConnectionReset, await EndAsync(from, proxyPort));

        await closed.GainsAsync(1);
        Assert.Equal(refused + 1, await RefusalsAsync());
    }

    private static async Task<SocketError> EndAsync(Pod from, IPEndPoint proxyPort)
    {
        using var client = from.Namespace.OpenSocket(proxyPort.AddressFamily);
        return await client.ConnectToEndAsync(proxyPort);
    }

    // Which of the two it is depends on whether the kernel tracked the connection at all.
    private async Task<double> RefusalsAsync()
    {
        var metrics = await fixture.Mesh.Sidecar.Admin.MetricsAsync();
        return metrics.Sum("meshproxy_connections_closed_total", ("reason", "loop"))
            + metrics.Sum("meshproxy_connections_closed_total", ("reason", "not_redirected"));
    }
}
