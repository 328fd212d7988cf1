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
    public async Task Shutdown_command_stops_it_and_repeated_calls_do_no_harm()
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        using (var shutdown = SidecarProcess.Start(_config.Folder, ["shutdown", "--admin", $"{_config.Address}:4191"]))
            Assert.Equal(0, (await shutdown.ExitAsync()).Code);
        await sidecar.LineAsync(" 1003 stopping: POST /shutdown");
        Assert.Equal(0, (await sidecar.ExitAsync()).Code);
    }
}
