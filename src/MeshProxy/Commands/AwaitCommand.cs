using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Lifecycle.App;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>
/// The app's side of a classic sidecar: waits until the sidecar is ready, runs the app, and stops the sidecar when the app has ended, so
/// that a Job completes. Fit to be process 1 of a container: signals go on to the app, and orphans are reaped.
/// </summary>
internal sealed class AwaitCommand : MeshCommand
{
    private const int SignalBase = 128;

    private readonly AdminOption _admin = new();

    private readonly DurationOption _timeout = new(
        "--timeout", "How long to wait until the sidecar is ready; 0 waits for as long as it takes.", TimeSpan.FromMinutes(2));

    private readonly Argument<string[]> _command = new("COMMAND")
    {
        Description = "Run this when the sidecar is ready, and stop the sidecar when it has ended. Put it behind --.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public AwaitCommand()
        : base("await", "Wait until this pod's sidecar is ready; then run a command, if there is one, and stop the sidecar after it.")
    {
        Add(_timeout);
        Add(_admin);
        Add(_command);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy await", "in a postStart hook, or before anything that needs the network"),
        new("meshproxy await --timeout 30s -- /app/job --once", "a Job's command: its exit code is that of the job"),
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        using var signals = new ForwardedSignals();
        using var sidecar = new SidecarAdmin(line.GetValue(_admin)!);
        var limit = _timeout.Read(line) ?? TimeSpan.Zero;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        var ready = sidecar.ReadyAsync(limit, stop.Token);
        if (await Task.WhenAny(ready, signals.Ending) != ready)
        {
            await stop.CancelAsync();
            return (ExitCode)(SignalBase + await signals.Ending);
        }
        if (await ready is { } cause)
            return Fail(line, ExitCode.Unavailable, $"the sidecar is not ready after {DurationText.Format(limit)}: {cause}");
        var command = line.GetValue(_command) ?? [];
        return command.Length == 0 ? ExitCode.Ok : await RunAppAsync(line, command, signals, sidecar);
    }

    private static async Task<ExitCode> RunAppAsync(ParseResult line, string[] command, ForwardedSignals signals, SidecarAdmin sidecar)
    {
        const int NoSuchFile = 2;
        var app = AppProcess.Start(command, out var error);
        var code = error == NoSuchFile ? ExitCode.CommandNotFound : ExitCode.CommandCannotRun;
        if (app is null)
            Fail(line, code, $"{command[0]} cannot be run: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}");
        else
        {
            signals.ForwardTo(app);
            code = (ExitCode)await Task.Factory.StartNew(
                app.WaitForExit, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        // The app's code counts, also where the sidecar has ended before it, as after a SIGTERM to both.
        if (await sidecar.ShutdownAsync(CancellationToken.None) is { } cause)
            await line.InvocationConfiguration.Error.WriteLineAsync($"meshproxy: the sidecar was not stopped: {cause}");
        return code;
    }
}
