using System.Diagnostics;
using MeshProxy.Tests.Admin;

namespace MeshProxy.Tests.Telemetry;

public sealed class PromtoolTests
{
    [PromtoolFact]
    public async Task Scrape_is_clean_to_promtool()
    {
        await using var admin = await AdminFixture.StartAsync();
        var metrics = await admin.Http.GetStringAsync("/metrics");
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(metrics);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.Equal((0, ""), (promtool.ExitCode, said));
    }

    /// <summary>Where Prometheus's own tool is installed, as it is in CI.</summary>
    private sealed class PromtoolFactAttribute : FactAttribute
    {
        public PromtoolFactAttribute()
        {
            var folders = Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, "promtool"))))
                Skip = "promtool is not installed (Debian package prometheus)";
        }
    }
}
