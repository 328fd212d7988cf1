using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.DataPlane.Telemetry.Ends;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.DataPlane.Destinations;

/// <summary>What the data plane says of itself for people, after real connections.</summary>
public sealed class ServerStatusTests : IDisposable
{
    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Destination_is_shown_with_its_requests_and_how_it_was_decided()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAllAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await server.ReceiveAsync(new byte[100]);
        await server.SendAllAsync("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        await client.ReceiveAsync(new byte[100]);

        var row = await RowAsync(proxy, row => row.Requests == 1);

        Assert.Equal(_listener.LocalEndPoint!.ToString(), row.Key.Endpoint.ToString());
        Assert.Equal(("http1", "http1", 1, 1, 1), (row.ProtocolLabel, row.DecidedByLabel, row.Opened, row.Open, row.Failures));
        Assert.Equal(1u, row.LatencyCounts.ToArray().Aggregate((a, b) => a + b));
    }

    [Fact]
    public async Task Learned_destination_says_until_when()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await server.SendAllAsync("220 hello\r\n"u8.ToArray());

        var row = await RowAsync(proxy, row => row.LearnedUntil > 0);

        Assert.Equal(("opaque", "server_first"), (row.ProtocolLabel, row.DecidedByLabel));
        Assert.InRange(row.LearnedUntil - proxy.Server.Status.Milliseconds, 1, 600_000);
    }

    [Fact]
    public async Task Abnormal_end_says_who_when_and_why()
    {
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAllAsync(Encoding.ASCII.GetBytes("EHLO there\r\n"));
        await server.ReceiveAsync(new byte[100]);
        server.LingerState = new LingerOption(true, 0);
        server.Close();

        var end = await EndAsync(proxy);

        Assert.Equal(
            ("outbound", "while relaying", "server", "upstream_reset", "the server reset it", "ECONNRESET", 12, 0),
            (end.Direction, end.Phase, end.By, end.Reason, end.Cause, end.ErrnoName, end.BytesSent, end.BytesReceived));
        Assert.Equal(_listener.LocalEndPoint!.ToString(), end.Destination);
    }

    [Fact]
    public async Task Refused_connect_ended_while_connecting()
    {
        var nobody = _listener.LocalEndPoint!;
        _listener.Dispose();
        await using var proxy = ProxyFixture.Start(nobody);
        await proxy.AssertResetAsync();
        var end = await EndAsync(proxy);
        Assert.Equal(("while connecting", "server", "connect_refused", "ECONNREFUSED"), (end.Phase, end.By, end.Reason, end.ErrnoName));
    }

    private static async Task<DestinationSums> RowAsync(ProxyFixture proxy, Predicate<DestinationSums> isIt)
    {
        var sums = new Dictionary<DestinationKey, DestinationSums>();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Peer.Patience; await Task.Yield())
        {
            proxy.Server.Status.ReadDestinations(sums, new DestinationSums(default));
            if (sums.Values.FirstOrDefault(sum => isIt(sum)) is { } row)
                return row;
        }
        throw new TimeoutException("no such destination");
    }

    private static async Task<EndRecord> EndAsync(ProxyFixture proxy)
    {
        var ends = new List<EndRecord>();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Peer.Patience && ends.Count == 0; await Task.Yield())
            proxy.Server.Status.ReadEnds(ends);
        return Assert.Single(ends);
    }
}
