using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Admin;

/// <summary>Clients that mean harm, or are slow.</summary>
public sealed class AdminServerTests : IAsyncLifetime
{
    private AdminFixture _admin = null!;

    public async Task InitializeAsync() => _admin = await AdminFixture.StartAsync();

    public async Task DisposeAsync() => await _admin.DisposeAsync();

    [Fact]
    public async Task Client_that_never_ends_its_headers_is_let_go()
    {
        using var client = await ConnectAsync();
        await SendAsync(client, "GET /ready HTTP/1.1\r\nHost: x\r\nX: ");
        Assert.StartsWith("HTTP/1.1 408 ", await ReadToEndAsync(client));
    }

    [Theory]
    [InlineData("GET /", 5_000, " HTTP/1.1\r\n\r\n", "HTTP/1.1 414 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX: ", 20_000, "\r\n\r\n", "HTTP/1.1 431 ")]
    [InlineData("PUT /loglevel HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n", 0, "", "HTTP/1.1 413 ")]
    public async Task Oversized_request_is_refused(string start, int filler, string end, string status)
    {
        using var client = await ConnectAsync();
        await SendAsync(client, start + new string('x', filler) + end);
        Assert.StartsWith(status, await ReadToEndAsync(client));
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001\u0002")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    public async Task What_is_not_http_is_refused(string bytes)
    {
        using var client = await ConnectAsync();
        await SendAsync(client, bytes);
        client.Socket.Shutdown(SocketShutdown.Send);
        var answer = await ReadToEndAsync(client);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task Flood_of_clients_cannot_take_the_last_descriptors()
    {
        using var config = new SidecarConfig();
        // What an idle sidecar has open, and less than the flood more: without a limit, it would end the process.
        using var sidecar = SidecarProcess.StartLimited(config.Folder, 200, "run", "--config", config.Path);
        await sidecar.LineAsync(" 1002 ready");
        var flood = new List<Socket>();
        for (var i = 0; i < 300; i++)
        {
            flood.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await flood[^1].ConnectAsync(config.Address, 4191);
        }
        // The last is turned away; the first is still connected.
        Assert.Equal(0, await ReceiveAsync(flood[^1]));
        Assert.False(flood[0].Poll(TimeSpan.Zero, SelectMode.SelectRead));

        flood.ForEach(client => client.Dispose());
        await sidecar.SignalAsync("TERM");
        Assert.Equal(0, (await sidecar.ExitAsync()).Code);
    }

    [Fact]
    public async Task Listener_for_any_ipv6_address_leaves_the_port_of_ipv4_to_others()
    {
        if (!Socket.OSSupportsIPv6)
            return;
        // Somebody holds the port for IPv4: a dual-mode listener would collide with it.
        using var v4 = new TcpListener(IPAddress.Any, 0);
        v4.Start();
        var port = ((IPEndPoint)v4.LocalEndpoint).Port;
        using var config = new SidecarConfig();
        using var sidecar = config.Run(("MESHPROXY_ADMIN__LISTEN", $"[::]:{port}"));
        await sidecar.LineAsync(" 1002 ready");
        using var http = new HttpClient();
        Assert.Equal("ready\n", await http.GetStringAsync($"http://[::1]:{port}/ready"));
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_admin.Address, 4191);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task SendAsync(NetworkStream client, string text) => await client.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Bytes received; 0 for an end, whether FIN or RST.</summary>
    private static async Task<int> ReceiveAsync(Socket client)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            return await client.ReceiveAsync(new byte[1], timeout.Token);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private static async Task<string> ReadToEndAsync(NetworkStream client)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var answer = new MemoryStream();
        try
        {
            await client.CopyToAsync(answer, timeout.Token);
        }
        catch (IOException)
        {
            // Ended by a reset, after the answer.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
