using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.DataPlane;

/// <summary>One line per request, when it has ended, and none that a client could forge.</summary>
public sealed class AccessLogTests : IDisposable
{
    private const string Get = "GET /a?b=c HTTP/1.1\r\nHost: shop\r\nUser-Agent: test/1\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Request_is_one_line_of_json_with_its_true_byte_counts()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server, Get, Ok);
        var line = await access.NextAsync();
        Assert.EndsWith("}\n", line);
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal("outbound", json.GetProperty("access").GetString());
        Assert.Equal(client.LocalEndPoint!.ToString(), json.GetProperty("client").GetString());
        Assert.Equal(_listener.LocalEndPoint!.ToString(), json.GetProperty("target").GetString());
        Assert.Equal("GET", json.GetProperty("method").GetString());
        Assert.Equal("/a?b=c", json.GetProperty("path").GetString());
        Assert.Equal("shop", json.GetProperty("host").GetString());
        Assert.Equal("HTTP/1.1", json.GetProperty("version").GetString());
        Assert.Equal("test/1", json.GetProperty("user_agent").GetString());
        Assert.Equal(200, json.GetProperty("status").GetInt32());
        Assert.Equal(Get.Length, json.GetProperty("request_bytes").GetInt64());
        Assert.Equal(Ok.Length, json.GetProperty("response_bytes").GetInt64());
        Assert.Equal("completed", json.GetProperty("end").GetString());
    }

    [Fact]
    public async Task Line_comes_when_the_body_has_ended_and_not_before()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server, Get, Ok[..^1]);
        Assert.True(access.IsEmpty);
        await server.SendAllAsync("i"u8.ToArray());
        Assert.Equal(Ok.Length, Number(await access.NextAsync(), "response_bytes"));
    }

    [Fact]
    public async Task Pipelined_requests_are_told_in_their_order()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n", Ok + Ok);
        Assert.Contains("\"path\":\"/1\"", await access.NextAsync());
        Assert.Contains("\"path\":\"/2\"", await access.NextAsync());
    }

    [Fact]
    public async Task Request_cut_off_with_its_connection_has_its_line()
    {
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAllAsync(Encoding.Latin1.GetBytes(Get));
        await server.ReadExactlyAsync(Get.Length);
        client.Reset();
        var line = await access.NextAsync();
        Assert.Contains("\"end\":\"cut_off\"", line);
        Assert.Equal(0, Number(line, "status"));
    }

    [Fact]
    public async Task Request_whose_upstream_refuses_has_its_line_with_the_answer_it_got()
    {
        using var closed = Peer.ClosedPort();
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.Start(closed.LocalEndPoint!, access: access, dialDelay: TimeSpan.FromSeconds(10));
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync(Encoding.Latin1.GetBytes(Get));
        await client.ReadToEndAsync();
        var line = await access.NextAsync();
        Assert.Contains("\"path\":\"/a?b=c\"", line);
        Assert.Contains("\"end\":\"refused\"", line);
        Assert.Equal(502, Number(line, "status"));
    }

    [Fact]
    public async Task Unreadable_request_has_a_line_too()
    {
        var access = new AccessLines(AccessLogFormat.Common);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await client.SendAllAsync("GET / HTTP/1.1\r\nHost : x\r\n\r\n"u8.ToArray());
        await client.ReadToEndAsync();
        Assert.Contains("\"- - HTTP/1.1\" 400 0 ", await access.NextAsync());
    }

    [Fact]
    public async Task Common_format_is_the_combined_log_format()
    {
        var access = new AccessLines(AccessLogFormat.Common);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server, Get, Ok);
        var line = await access.NextAsync();
        Assert.Matches("""^127\.0\.0\.1 - - \[(.{26})\] "GET /a\?b=c HTTP/1\.1" 200 \d+ "-" "test/1"\n$""", line);
        var written = line[(line.IndexOf('[') + 1)..line.IndexOf(']')].Replace("+0000", "+00:00");
        var time = DateTimeOffset.ParseExact(written, "dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture);
        Assert.InRange(time, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData(AccessLogFormat.Json)]
    [InlineData(AccessLogFormat.Common)]
    public async Task Client_can_neither_end_a_line_nor_forge_a_field(AccessLogFormat format)
    {
        var access = new AccessLines(format);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        const string Hostile = "GET /\"%0a\\ HTTP/1.1\r\nHost: x\r\nUser-Agent: \u009b31m\t\" 200 \u00ff\u2028\r\n\r\n";
        await ExchangeAsync(client, server, Hostile, Ok);
        var line = await access.NextAsync();
        Assert.Equal(line.Length - 1, line.IndexOf('\n'));
        Assert.DoesNotContain(line[..^1], character => character is < ' ' or > '~');
        if (format == AccessLogFormat.Json)
            Assert.Equal("/\\x22%0a\\x5c", JsonDocument.Parse(line).RootElement.GetProperty("path").GetString());
        else
            Assert.Equal(6, line.Count(character => character == '"'));
    }

    [Fact]
    public async Task Nothing_is_written_by_default()
    {
        var access = new AccessLines(AccessLogFormat.Off);
        await using var proxy = ProxyFixture.Start(_listener.LocalEndPoint!, access: access);
        using var client = await proxy.ConnectAsync();
        using var server = await _listener.AcceptAsync();
        await ExchangeAsync(client, server, Get, Ok);
        await proxy.AssertRequestsAsync("status=\"200\"} 1");
        Assert.True(access.IsEmpty);
    }

    private static async Task ExchangeAsync(Socket client, Socket server, string request, string response)
    {
        var bytes = Encoding.UTF8.GetBytes(request);
        await client.SendAllAsync(bytes);
        Assert.Equal(bytes, await server.ReadExactlyAsync(bytes.Length));
        await server.SendAllAsync(Encoding.Latin1.GetBytes(response));
        await client.ReadExactlyAsync(response.Length);
    }

    private static long Number(string line, string name) => JsonDocument.Parse(line).RootElement.GetProperty(name).GetInt64();
}
