using System.Net;
using System.Text.Json;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Routing.Support;

namespace MeshProxy.Tests.Routing;

/// <summary>Requests that Kestrel terminates have the same line as those that pass.</summary>
public sealed class RoutedAccessLogTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Routed_request_has_its_line_with_the_bytes_of_its_bodies(bool isHttp2)
    {
        await using var backend = await WebBackend.StartAsync(context => context.Request.Body.CopyToAsync(context.Response.Body), isHttp2);
        var access = new AccessLines(AccessLogFormat.Json);
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)], access: access);
        using var client = proxy.Client(isHttp2);
        client.DefaultRequestHeaders.UserAgent.ParseAdd("test/1");

        using var answer = await client.PostAsync("/echo?a=b%20c", new ByteArrayContent(new byte[70_000]));
        Assert.Equal(70_000, (await answer.Content.ReadAsByteArrayAsync()).Length);

        var line = JsonDocument.Parse(await access.NextAsync()).RootElement;
        Assert.Equal("POST", line.GetProperty("method").GetString());
        Assert.Equal("/echo?a=b%20c", line.GetProperty("path").GetString());
        Assert.Equal("shop.example", line.GetProperty("host").GetString());
        Assert.Equal("test/1", line.GetProperty("user_agent").GetString());
        Assert.Equal(isHttp2 ? "HTTP/2.0" : "HTTP/1.1", line.GetProperty("version").GetString());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.Equal(70_000, line.GetProperty("request_bytes").GetInt64());
        Assert.Equal(70_000, line.GetProperty("response_bytes").GetInt64());
        Assert.Equal("completed", line.GetProperty("end").GetString());
    }

    [Fact]
    public async Task Bytes_that_are_not_ascii_stand_in_the_line_as_they_came()
    {
        await using var backend = await WebBackend.StartAsync("x");
        var access = new AccessLines(AccessLogFormat.Common);
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)], access: access);
        using var client = await proxy.ConnectAsync();
        await client.SendAllAsync("GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: caf\u00e9\r\n\r\n"u8.ToArray());
        Assert.Contains("\"caf\\xc3\\xa9\"", await access.NextAsync());
    }

    [Fact]
    public async Task Request_that_no_backend_answered_is_told_as_refused()
    {
        using var closed = Peer.ClosedPort();
        var access = new AccessLines(AccessLogFormat.Common);
        await using var proxy = ProxyFixture.StartRouted(
            closed.LocalEndPoint!, [Routes.To(closed.LocalEndPoint!.ToString()!)], access: access);
        using var client = proxy.Client();
        using var answer = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Matches("""^127\.0\.0\.1 - - \[.{26}\] "GET / HTTP/1\.1" 502 \d+ "-" "-"\n$""", await access.NextAsync());
    }
}
