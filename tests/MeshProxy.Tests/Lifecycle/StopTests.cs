using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Lifecycle;

public sealed class StopTests : IDisposable
{
    private readonly SidecarConfig _config = new();

    public void Dispose() => _config.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_stops_with_exit_code_0(string signal)
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        await sidecar.SignalAsync(signal);
        Assert.EndsWith($"SIG{signal}", await sidecar.LineAsync(" 1003 stopping"));
        await sidecar.LineAsync(" 1005 ended");
        var (code, errors) = await sidecar.ExitAsync();
        Assert.Equal(0, code);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Drain_command_makes_it_a_lame_duck_that_goes_on_and_repeated_calls_do_no_harm()
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        Assert.Equal((0, ""), await DrainAsync());
        await sidecar.LineAsync(" 5001 lame duck asked for");
        using var http = new HttpClient { BaseAddress = _config.Admin };
        using (var answer = await http.GetAsync(new Uri("/ready", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal((0, ""), await DrainAsync());
        await sidecar.SignalAsync("TERM");
        Assert.Equal(0, (await sidecar.ExitAsync()).Code);
    }

    /// <summary>A hook that fails is an event of the pod, and its end goes on; a person sees why.</summary>
    [Fact]
    public async Task Drain_of_nobody_is_69_and_one_line_that_says_why()
    {
        var (code, errors) = await DrainAsync();
        Assert.Equal(69, code);
        Assert.StartsWith($"meshproxy: no sidecar answers at {_config.Address}:4191: ", errors);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Shutdown_command_stops_it_and_repeated_calls_do_no_harm()
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        using (var shutdown = SidecarProcess.Start(_config.Folder, ["shutdown", "--admin", $"{_config.Address}:4191"]))
            Assert.Equal(0, (await shutdown.ExitAsync()).Code);
        await sidecar.LineAsync(" 1003 stopping: POST /shutdown");
        Assert.Equal(0, (await sidecar.ExitAsync()).Code);
    }

    private async Task<(int Code, string Errors)> DrainAsync()
    {
        using var drain = SidecarProcess.Start(_config.Folder, ["drain", "--admin", $"{_config.Address}:4191"]);
        return await drain.ExitAsync();
    }
}
