using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Lifecycle;

public sealed class ReloadTests : IDisposable
{
    private readonly SidecarConfig _config = new();

    public void Dispose() => _config.Dispose();

    [Fact]
    public async Task Running_sidecar_takes_over_a_changed_file_refuses_a_bad_one_and_counts_both()
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        using var http = new HttpClient { BaseAddress = _config.Admin };

        _config.Write(", \"log\": { \"level\": \"debug\" }");
        Assert.EndsWith("log.level \"info\" → \"debug\"", await sidecar.LineAsync(" 1010 "));
        Assert.Equal("debug\n", await http.GetStringAsync("/loglevel"));

        _config.Write(", \"log\": { \"level\": \"debgu\" }");
        Assert.Contains("did you mean debug?", await sidecar.LineAsync(" 1011 "));
        await sidecar.LineAsync(" 1012 ");
        Assert.Equal("debug\n", await http.GetStringAsync("/loglevel"));

        var metrics = await http.GetStringAsync("/metrics");
        Assert.Contains("\nmeshproxy_config_reloads_total{result=\"ok\"} 1\n", metrics);
        Assert.Contains("\nmeshproxy_config_reloads_total{result=\"rejected\"} 1\n", metrics);
    }

    [Fact]
    public async Task SIGHUP_reads_the_file_again()
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        await sidecar.SignalAsync("HUP");
        Assert.EndsWith("nothing changed", await sidecar.LineAsync(" 1010 "));
    }

    [Fact]
    public async Task Level_set_at_the_admin_port_survives_a_reload_that_does_not_speak_of_it()
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        using var http = new HttpClient { BaseAddress = _config.Admin };
        using (var answer = await http.PutAsync("/loglevel", new StringContent("debug")))
            Assert.True(answer.IsSuccessStatusCode);

        _config.Write(", \"shutdown\": { \"gracePeriod\": \"5s\" }");
        await sidecar.LineAsync(" 1010 ");
        Assert.Equal("debug\n", await http.GetStringAsync("/loglevel"));
    }
}
