using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Commands;

/// <summary>The app's side of a classic sidecar, with a real sidecar beside it.</summary>
public sealed class AwaitTests : IDisposable
{
    private readonly SidecarConfig _config = new();

    public void Dispose() => _config.Dispose();

    [Fact]
    public async Task App_runs_when_the_sidecar_is_ready_and_its_exit_code_is_returned_and_the_sidecar_ends()
    {
        using var app = Await("--timeout", "30s", "--", "sh", "-c", "echo up; exit 7");
        using var sidecar = _config.Run();
        Assert.Equal((7, ""), await app.ExitAsync());
        Assert.Equal(["up"], await app.RestAsync());
        await sidecar.LineAsync(" 1003 stopping: POST /shutdown");
        Assert.Equal(0, (await sidecar.ExitAsync()).Code);
    }

    [Theory]
    [InlineData("TERM", "trap 'echo got it; exit 4' TERM", 4)]
    [InlineData("USR1", "trap 'exit 5' USR1", 5)]
    [InlineData("TERM", "true", 128 + 15)]
    [InlineData("WINCH", "trap 'exit 6' WINCH", 6)]
    public async Task Signals_go_on_to_the_app(string signal, string trap, int code)
    {
        using var sidecar = _config.Run();
        using var app = Await("--", "sh", "-c", $"{trap}; echo up; while :; do sleep 0.01; done");
        await app.LineAsync("up");
        await app.SignalAsync(signal);
        Assert.Equal((code, ""), await app.ExitAsync());
        Assert.Equal(0, (await sidecar.ExitAsync()).Code);
    }

    /// <summary>The runtime ignores SIGPIPE for itself; the app must not inherit that.</summary>
    [Fact]
    public async Task App_has_every_signal_as_it_is_by_default()
    {
        using var sidecar = _config.Run();
        using var app = Await("--", "sh", "-c", "grep -E '^Sig(Blk|Ign):' /proc/self/status");
        Assert.Equal((0, ""), await app.ExitAsync());
        // Above 31 are the C library's own.
        Assert.All(await app.RestAsync(), line => Assert.Equal(0, Convert.ToInt64(line.Split('\t')[1], 16) & 0x7fff_ffff));
    }

    [Fact]
    public async Task Without_a_command_it_returns_when_the_sidecar_is_ready_and_leaves_it_alone()
    {
        using var sidecar = _config.Run();
        using var ready = Await();
        Assert.Equal((0, ""), await ready.ExitAsync());
        using var again = Await();
        Assert.Equal((0, ""), await again.ExitAsync());
    }

    [Fact]
    public async Task Time_that_runs_out_is_69_and_one_line_that_says_why()
    {
        using var app = Await("--timeout", "100ms", "--", "echo", "never");
        var (code, errors) = await app.ExitAsync();
        Assert.Equal(69, code);
        Assert.StartsWith($"meshproxy: the sidecar is not ready after 100ms: nobody answers at {_config.Address}:4191 (", errors);
        Assert.Empty(await app.RestAsync());
    }

    [Theory]
    [InlineData("/no/such/program", 127, "No such file or directory")]
    [InlineData("/dev/null", 126, "Permission denied")]
    public async Task Command_that_cannot_be_run_is_named_and_the_sidecar_ends_too(string program, int expected, string cause)
    {
        using var sidecar = _config.Run();
        using var app = Await("--", program);
        Assert.Equal((expected, $"meshproxy: {program} cannot be run: {cause}\n"), await app.ExitAsync());
        Assert.Equal(0, (await sidecar.ExitAsync()).Code);
    }

    [Fact]
    public async Task Signal_while_it_waits_ends_it()
    {
        using var app = Await();
        // The handlers are there once the command has begun to wait, which it says nowhere: a signal before them ends it just so.
        await app.SignalAsync("TERM");
        Assert.Equal(128 + 15, (await app.ExitAsync()).Code);
    }

    [Fact]
    public async Task Shutdown_with_wait_returns_when_the_sidecar_is_gone()
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        using var shutdown = SidecarProcess.Start(_config.Folder, ["shutdown", "--admin", $"{_config.Address}:4191", "--wait", "20s"]);
        Assert.Equal((0, ""), await shutdown.ExitAsync());
        Assert.Contains(await sidecar.RestAsync(), line => line.Contains(" 4103 stopped"));
    }

    [Fact]
    public async Task Shutdown_of_nobody_says_so()
    {
        using var shutdown = SidecarProcess.Start(_config.Folder, ["shutdown", "--admin", $"{_config.Address}:4191"]);
        var (code, errors) = await shutdown.ExitAsync();
        Assert.Equal(71, code);
        Assert.StartsWith($"meshproxy: no sidecar answers at {_config.Address}:4191: ", errors);
    }

    private SidecarProcess Await(params string[] more) =>
        SidecarProcess.Start(_config.Folder, ["await", "--admin", $"{_config.Address}:4191", .. more]);
}
