using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MeshProxy.Admin.Page;

namespace MeshProxy.Tests.Admin.Page;

public sealed class StatusPageTests : IAsyncLifetime
{
    private AdminFixture _admin = null!;

    public async Task InitializeAsync() => _admin = await AdminFixture.StartAsync();

    public async Task DisposeAsync() => await _admin.DisposeAsync();

    [Theory]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "text/html")]
    [InlineData("*/*", "text/plain")]
    [InlineData("", "text/plain")]
    public async Task Browsers_get_the_page_and_others_the_list(string accept, string mediaType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await _admin.Http.SendAsync(request);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Page_claims_nothing_before_there_are_data()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        using var answer = await _admin.Http.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        var empty = Regex.Matches(page, "class=\"empty\">(.*?)<").Select(match => match.Groups[1].Value)
            .Where(text => !text.Contains("JavaScript"));
        Assert.Equal(Enumerable.Repeat("Connecting…", 4), empty);
    }

    [Fact]
    public async Task Everything_the_page_loads_is_there_and_may_load_nothing_else()
    {
        foreach (var path in PageAssets.Paths)
        {
            using var answer = await _admin.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy);
            Assert.DoesNotContain("unsafe", policy);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain("innerHTML", text);
            Assert.DoesNotContain("://", text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        }
        Assert.Contains("/page/main.js", PageAssets.Paths);
    }

    [Fact]
    public async Task Viewer_gets_a_snapshot_at_once_and_then_one_a_second()
    {
        using var events = await WatchAsync();
        var first = await SnapshotAsync(events);
        var second = await SnapshotAsync(events);
        Assert.Equal(first.GetProperty("started").GetInt64(), second.GetProperty("started").GetInt64());
        Assert.InRange(second.GetProperty("now").GetInt64() - first.GetProperty("now").GetInt64(), 500, 30_000);
        Assert.Equal("starting", first.GetProperty("phase").GetString());
        foreach (var direction in new[] { "both", "inbound", "outbound" })
            Assert.Equal(0, first.GetProperty("totals").GetProperty(direction).GetProperty("open").GetInt64());
    }

    [Fact]
    public async Task Viewers_are_bounded_and_the_one_too_many_is_told()
    {
        var viewers = new List<StreamReader>();
        for (var i = 0; i < EventStream.MostViewers; i++)
            viewers.Add(await WatchAsync());
        using (var answer = await _admin.Http.GetAsync("/events"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("viewers", Assert.Single(answer.Headers.GetValues("X-Refused")));
        }
        viewers[0].Dispose();
        var waited = TimeProvider.System.GetTimestamp();
        while (await AskAsync() != HttpStatusCode.OK)
            Assert.True(TimeProvider.System.GetElapsedTime(waited) < TimeSpan.FromSeconds(30), "a viewer that left holds its place");
        viewers.ForEach(viewer => viewer.Dispose());
    }

    [Fact]
    public async Task End_of_the_sidecar_does_not_wait_for_viewers()
    {
        var admin = await AdminFixture.StartAsync();
        using var events = new StreamReader(await admin.Http.GetStreamAsync("/events"));
        await SnapshotAsync(events);
        var reading = events.ReadToEndAsync();
        await admin.StopAdminAsync();
        await reading.WaitAsync(TimeSpan.FromSeconds(30));
        await admin.DisposeAsync();
    }

    [Fact]
    public async Task Redirect_rules_that_may_not_be_read_say_who_may()
    {
        var redirect = JsonDocument.Parse(await _admin.Http.GetStringAsync("/redirect")).RootElement;
        // As root the tests may read them: then there is a state to tell.
        Assert.NotEqual("", redirect.GetProperty("state").GetString());
        if (redirect.GetProperty("state").GetString() == "cannot be read from here")
            Assert.Contains("check net", redirect.GetProperty("commands")[0].GetString());
    }

    private async Task<StreamReader> WatchAsync() => new(await _admin.Http.GetStreamAsync("/events"));

    private async Task<HttpStatusCode> AskAsync()
    {
        using var answer = await _admin.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/events"));
        return answer.StatusCode;
    }

    private static async Task<JsonElement> SnapshotAsync(StreamReader events)
    {
        var line = await events.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("data: {", line);
        Assert.Equal("", await events.ReadLineAsync());
        return JsonDocument.Parse(line!["data: ".Length..]).RootElement;
    }
}
