using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Settings;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeshProxy.Tests.DataPlane.Support;

/// <summary>
/// A real proxy on loopback ports of the kernel's choice. In place of a redirect rule, every connection's original destination is what the
/// test says it is.
/// </summary>
internal sealed class ProxyFixture : IAsyncDisposable
{
    private ProxyFixture(ProxyServer server) => Server = server;

    public static TcpSettings Tcp { get; } = new(
        TimeSpan.FromSeconds(10), TimeSpan.FromDays(5), TimeSpan.FromHours(1), TimeSpan.FromSeconds(60),
        new KeepaliveSettings(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), 3));

    /// <summary>A look writes every metric, and the loops need the cores that it runs on.</summary>
    private static TimeSpan BetweenLooks { get; } = TimeSpan.FromMilliseconds(5);

    public static HttpSettings Http { get; } = new(FramingPolicy.Refuse, HttpTimeouts.Default);

    public ProxyServer Server { get; }

    public static ProxyFixture Start(
        EndPoint destination, TcpSettings? tcp = null, TimeSpan? detection = null, string opaquePorts = "", int loops = 1,
        IPAddress? listen = null, TimeSpan? dialDelay = null, HttpSettings? http = null, EgressSettings? egress = null,
        AccessLines? access = null)
    {
        var target = SocketEndpoint.From((IPEndPoint)destination);
        var server = new ProxyServer(
            Settings(tcp, detection, opaquePorts, loops, listen, dialDelay, http, egress) with
            {
                AccessLog = access?.Format ?? AccessLogFormat.Off,
            },
            NullLoggerFactory.Instance,
            originalDestination: Always,
            accessLines: access is null ? null : access.Add);
        server.Start();
        return new ProxyFixture(server);

        bool Always(LoopSocket accepted, SocketEndpoint listener, out SocketEndpoint original)
        {
            original = target;
            return true;
        }
    }

    /// <summary>With routes of the outbound direction; what they need beside them is changed in <paramref name="change"/>.</summary>
    public static ProxyFixture StartRouted(
        EndPoint destination, ImmutableArray<RouteSettings> routes, Func<ProxySettings, ProxySettings>? change = null,
        int loops = 1, AccessLines? access = null)
    {
        var target = SocketEndpoint.From((IPEndPoint)destination);
        var settings = WithRoutes(Settings(loops: loops), routes) with { AccessLog = access?.Format ?? AccessLogFormat.Off };
        var server = new ProxyServer(
            change?.Invoke(settings) ?? settings,
            NullLoggerFactory.Instance,
            originalDestination: Always,
            accessLines: access is null ? null : access.Add);
        server.Start();
        return new ProxyFixture(server);

        bool Always(LoopSocket accepted, SocketEndpoint listener, out SocketEndpoint original)
        {
            original = target;
            return true;
        }
    }

    public static ProxySettings WithRoutes(ProxySettings settings, ImmutableArray<RouteSettings> routes) =>
        settings with { Outbound = settings.Outbound with { Routes = routes } };

    /// <summary>As a real sidecar asks: the kernel, which has redirected nothing here.</summary>
    public static ProxyFixture StartWithoutRedirect()
    {
        var server = new ProxyServer(Settings(), NullLoggerFactory.Instance);
        server.Start();
        return new ProxyFixture(server);
    }

    /// <summary>Every connection was meant for wherever the callback says, given the proxy's own listener.</summary>
    public static ProxyFixture StartTowards(Func<SocketEndpoint, SocketEndpoint> destination)
    {
        var server = new ProxyServer(Settings(), NullLoggerFactory.Instance, originalDestination: Computed);
        server.Start();
        return new ProxyFixture(server);

        bool Computed(LoopSocket accepted, SocketEndpoint listener, out SocketEndpoint original)
        {
            original = destination(listener);
            return true;
        }
    }

    public static ProxySettings Settings(
        TcpSettings? tcp = null, TimeSpan? detection = null, string opaquePorts = "", int loops = 1,
        IPAddress? listen = null, TimeSpan? dialDelay = null, HttpSettings? http = null, EgressSettings? egress = null)
    {
        var direction = new DirectionSettings(
            [SocketEndpoint.From(listen ?? IPAddress.Loopback, 0)],
            new PortSet(PortList.Parse(opaquePorts, out _)),
            new DetectionSettings(detection ?? TimeSpan.FromSeconds(10), dialDelay ?? TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            tcp ?? Tcp,
            http ?? Http);
        return new ProxySettings(
            direction, direction, egress ?? EgressSettings.Anywhere,
            new LoopSettings(loops), new ShutdownSettings(TimeSpan.FromSeconds(30)));
    }

    public IPEndPoint Endpoint(Direction direction = Direction.Outbound) => Server.Endpoints(direction)[0].ToIPEndPoint();

    public async Task<Socket> ConnectAsync(Direction direction = Direction.Outbound)
    {
        var endpoint = Endpoint(direction);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint);
        return socket;
    }

    /// <summary>A connection made now is reset: while the client still connects, or afterwards.</summary>
    public async Task AssertResetAsync(Direction direction = Direction.Outbound)
    {
        try
        {
            using var client = await ConnectAsync(direction);
            Assert.Empty(await client.ReadToResetAsync());
        }
        catch (SocketException end)
        {
            Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        }
    }

    /// <summary>Returns once a connection has ended for this reason; the loop records an end a moment after its peers see it.</summary>
    public Task AssertEndedAsync(CloseReason reason, Direction direction = Direction.Outbound) =>
        AssertSampleAsync($"meshproxy_connections_closed_total{{direction=\"{Labels.Of(direction)}\"", $"reason=\"{Labels.Of(reason)}\"}}");

    /// <summary>Returns once the metrics have this text in one of their lines.</summary>
    public async Task AssertRequestsAsync(string text)
    {
        var waited = Stopwatch.StartNew();
        while (!Metrics().Contains(text))
        {
            Assert.True(waited.Elapsed < Peer.Patience, $"never seen: {text}\n{Metrics()}");
            await Task.Delay(BetweenLooks);
        }
    }

    public Task AssertDetectedAsync(string result) =>
        AssertSampleAsync("meshproxy_detections_total{direction=\"outbound\"", $"result=\"{result}\"}}");

    /// <summary>Returns once this many bytes have come from the upstream.</summary>
    public async Task AssertReceivedAsync(long bytes, Direction direction = Direction.Outbound)
    {
        var waited = Stopwatch.StartNew();
        while (Bytes(direction, "received") < bytes)
        {
            Assert.True(waited.Elapsed < Peer.Patience, $"{bytes} bytes never came:\n{Metrics()}");
            await Task.Delay(BetweenLooks);
        }
    }

    /// <summary>What the metrics have of sent or received bytes.</summary>
    public long Bytes(Direction direction, string flow)
    {
        return Metrics().Split('\n').Where(IsOfFlow).Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..]));

        bool IsOfFlow(string line) =>
            line.StartsWith($"meshproxy_bytes_total{{direction=\"{Labels.Of(direction)}\"") && line.Contains($"flow=\"{flow}\"");
    }

    /// <summary>Connections that ended for that reason, of both directions and every protocol.</summary>
    public long Closed(CloseReason reason)
    {
        return Metrics().Split('\n').Where(IsOfReason).Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..]));

        bool IsOfReason(string line) =>
            line.StartsWith("meshproxy_connections_closed_total{") && line.Contains($"reason=\"{Labels.Of(reason)}\"");
    }

    public string Metrics()
    {
        var buffer = new ArrayBufferWriter<byte>();
        Server.Metrics.WriteTo(new PrometheusText(buffer));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Assert.Equal(0, Closed(CloseReason.InternalError));
    }

    private async Task AssertSampleAsync(string start, string labels)
    {
        var waited = Stopwatch.StartNew();
        while (!Metrics().Split('\n').Any(line => line.StartsWith(start) && line.Contains(labels) && !line.EndsWith(" 0")))
        {
            Assert.True(waited.Elapsed < Peer.Patience, $"no sample of {start}…{labels} ever counted:\n{Metrics()}");
            await Task.Delay(BetweenLooks);
        }
    }
}
