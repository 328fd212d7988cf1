using System.Net;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Faults;

/// <summary>Another pod that does with the admin port what it likes.</summary>
public sealed class AdminFloodTests
{
    private const int Scrapers = 64;

    private int _served;
    private int _turnedAway;

    [PodFact, Trait("fault", "C4")]
    public async Task Scrapes_without_end_from_another_pod_fail_no_request_and_keep_nobody_out_of_loopback()
    {
        using var mesh = await Mesh.StartAsync();
        await using var side = await SoakSide.StartAsync(mesh.Plain, mesh.App);
        await using var good = new GoodTraffic(side);
        using var over = new CancellationTokenSource();
        var scraping = Enumerable.Range(0, Scrapers).Select(_ => Task.Run(() => ScrapeAsync(mesh, over.Token))).ToArray();

        await Bound.UntilAsync(() => Task.FromResult(_served > Scrapers && _turnedAway > Scrapers), Bound.Work, Describe);
        await good.GoesOnAsync(200);
        Assert.True(await mesh.Sidecar.Admin.IsReadyAsync());

        await over.CancelAsync();
        await Task.WhenAll(scraping);
        await good.StopAsync();
        ReliabilityReport.Row(
            "telemetry", $"{Scrapers} clients in another pod that scrape without a pause",
            $"{_served:N0} scrapes, {_turnedAway:N0} turned away",
            $"{good.Done:N0} of {good.Done:N0} requests answered, the slowest in {good.Slowest.TotalMilliseconds:0} ms");
    }

    [PodTheory, Trait("fault", "C4")]
    [InlineData("POST", "/shutdown")]
    [InlineData("POST", "/drain")]
    [InlineData("PUT", "/loglevel")]
    [InlineData("GET", "/config")]
    public async Task What_changes_or_shows_settings_is_not_for_another_pod(string method, string path)
    {
        using var mesh = await Mesh.StartAsync();
        using var client = ClientOf(mesh);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("debug") };

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.True(await mesh.Sidecar.Admin.IsReadyAsync());
        Assert.False(mesh.Sidecar.Process.HasExited);
    }

    private static HttpClient ClientOf(Mesh mesh) => new(PodHttp.HandlerFor(mesh.Plain.Namespace))
    {
        BaseAddress = new Uri($"http://{mesh.App.V4}:{AdminClient.Port}"),
        Timeout = Bound.Exchange,
    };

    /// <summary>A connection too many is closed unanswered, which is what keeps the others served.</summary>
    private async Task ScrapeAsync(Mesh mesh, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var client = ClientOf(mesh);
            try
            {
                await client.GetStringAsync("/metrics", over);
                Interlocked.Increment(ref _served);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _turnedAway);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private string Describe() => $"{_served} scrapes were served, {_turnedAway} turned away";
}
