using MeshProxy.Tests.Admin;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Telemetry;

public sealed class PromtoolTests
{
    [PromtoolFact]
    public async Task Scrape_is_clean_to_promtool()
    {
        await using var admin = await AdminFixture.StartAsync();
        var metrics = await admin.Http.GetStringAsync("/metrics");
        Assert.Equal((0, ""), await Promtool.RunAsync(metrics, "check", "metrics"));
    }

    [PromtoolFact]
    public async Task Rules_are_valid()
    {
        var (exitCode, said) = await Promtool.RunAsync("", "check", "rules", Repository.PathOf("deploy/prometheus/rules.yaml"));
        Assert.True(exitCode == 0, said);
    }

    [PromtoolFact]
    public async Task Alerts_fire_when_they_should_and_only_then()
    {
        var (exitCode, said) = await Promtool.RunAsync("", "test", "rules", Repository.PathOf("deploy/prometheus/rules.test.yaml"));
        Assert.True(exitCode == 0, said);
    }
}
