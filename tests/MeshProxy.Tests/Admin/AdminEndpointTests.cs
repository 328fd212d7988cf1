using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Admin;

public sealed class AdminEndpointTests : IAsyncLifetime
{
    private AdminFixture _admin = null!;

    public async Task InitializeAsync() => _admin = await AdminFixture.StartAsync();

    public async Task DisposeAsync() => await _admin.DisposeAsync();

    [Fact]
    public async Task Ready_says_starting_then_ready_then_lame_duck()
    {
        await Expect("GET", "/ready", 503, "starting\n");
        _admin.Ready.IsStarted = true;
        await Expect("GET", "/ready", 200, "ready\n");
        await Expect("POST", "/drain", 200, "lame duck\n");
        await Expect("GET", "/ready", 503, "lame duck\n");
        await Expect("GET", "/live", 200, "live\n");
    }

    [Fact]
    public async Task Shutdown_is_asked_for_and_answered()
    {
        await Expect("POST", "/shutdown", 200, "shutting down\n");
        Assert.Contains("/shutdown", await _admin.Stop.Asked);
        await Expect("POST", "/shutdown", 200, "shutting down\n");
        Assert.False(_admin.Stop.Now.IsCancellationRequested);
    }

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData(" WARN\n", LogLevel.Warning)]
    [InlineData("off", LogLevel.None)]
    public async Task Log_level_is_changed(string body, LogLevel level)
    {
        await Expect("GET", "/loglevel", 200, "info\n");
        await Expect("PUT", "/loglevel", 200, body.Trim().ToLowerInvariant() + "\n", body);
        Assert.Equal(level, _admin.Log.Level);
    }

    [Theory]
    [InlineData("debgu", "the level is \"debgu\"; allowed: trace, debug, info, warn, error or off; did you mean debug?\n")]
    [InlineData("", "the level is \"\"; allowed: trace, debug, info, warn, error or off\n")]
    public async Task Wrong_log_level_is_answered_with_the_right_ones(string body, string answer)
    {
        await Expect("PUT", "/loglevel", 400, answer, body);
        Assert.Equal(LogLevel.Information, _admin.Log.Level);
    }

    [Fact]
    public async Task Config_shows_every_key_with_its_origin()
    {
        var config = JsonDocument.Parse(await _admin.Http.GetStringAsync("/config")).RootElement;
        Assert.Equal("default", config.GetProperty("log.level").GetProperty("from").GetString());
        Assert.Equal("test.json:1", config.GetProperty("inbound.listen").GetProperty("from").GetString());
        Assert.Equal($"{_admin.Address}:4143", config.GetProperty("inbound.listen").GetProperty("value")[0].GetString());
    }

    [Fact]
    public async Task Metrics_are_the_prometheus_text_format()
    {
        using var answer = await _admin.Http.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        foreach (var family in new[]
        {
            "meshproxy_connections_opened_total", "meshproxy_drain_state", "meshproxy_build_info", "meshproxy_config_reloads_total",
            "meshproxy_log_lines_dropped_total", "meshproxy_log_lines_suppressed_total",
            "process_cpu_seconds_total", "dotnet_gc_collections_total",
        })
            Assert.Contains($"# TYPE {family} ", text);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("deflate, gzip;q=0.5", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("identity", false)]
    [InlineData("", false)]
    public async Task Metrics_are_compressed_for_those_who_ask(string acceptEncoding, bool compressed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        using var answer = await _admin.Http.SendAsync(request);
        Assert.Equal(compressed, answer.Content.Headers.ContentEncoding.Contains("gzip"));
        await using var body = await answer.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(compressed ? new GZipStream(body, CompressionMode.Decompress) : body);
        var text = await reader.ReadToEndAsync();
        Assert.StartsWith("# HELP ", text);
        Assert.EndsWith("\n", text);
    }

    [Fact]
    public async Task Concurrent_scrapes_are_whole()
    {
        var scrapes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _admin.Http.GetStringAsync("/metrics")));
        Assert.All(scrapes, scrape => Assert.Equal(1, scrape.Split("# TYPE process_open_fds gauge").Length - 1));
    }

    [Theory]
    [InlineData("GET", "/shutdown", "POST")]
    [InlineData("GET", "/drain", "POST")]
    [InlineData("POST", "/loglevel", "GET, PUT")]
    [InlineData("DELETE", "/metrics", "GET")]
    [InlineData("PUT", "/", "GET")]
    public async Task Wrong_method_is_405_and_names_the_right_ones(string method, string path, string allowed)
    {
        using var answer = await _admin.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
        Assert.False(_admin.Stop.Asked.IsCompleted);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/ready/")]
    [InlineData("/Ready")]
    [InlineData("//ready")]
    public async Task Unknown_path_is_404(string path)
    {
        using var answer = await _admin.Http.GetAsync(new Uri(_admin.Http.BaseAddress!.ToString().TrimEnd('/') + path));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Head_is_answered_without_a_body()
    {
        using var answer = await _admin.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 1000);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Root_lists_the_endpoints()
    {
        var list = await _admin.Http.GetStringAsync("/");
        foreach (var path in new[] { "/ready", "/live", "/metrics", "/config", "/loglevel", "/drain", "/shutdown" })
            Assert.Contains(path, list);
    }

    [Fact]
    public async Task Another_sites_page_can_change_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shutdown");
        request.Headers.Add("Origin", "http://evil.example");
        using var answer = await _admin.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(_admin.Stop.Asked.IsCompleted);
    }

    private async Task Expect(string method, string path, int status, string answer, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue("text/plain"));
        using var response = await _admin.Http.SendAsync(request);
        Assert.Equal((status, answer), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }
}
