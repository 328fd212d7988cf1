using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using MeshProxy.Demo;
using MeshProxy.Demo.Stage;

namespace MeshProxy.Commands;

/// <summary>What a newcomer runs first.</summary>
internal sealed class DemoCommand : MeshCommand
{
    private readonly Option<string?> _seconds = new("--seconds")
    {
        Description = "End by itself after so long; else Ctrl-C ends it.",
        HelpName = "N",
    };

    public DemoCommand()
        : base("demo", "Show a pod in a network namespace, its sidecar and its traffic, live.")
    {
        _seconds.Validators.Add(option =>
        {
            var text = option.GetValueOrDefault<string?>();
            if (text is not null && Seconds(text) is null)
                option.AddError($"--seconds is '{text}'; allowed: a whole number from 1 to 1000000");
        });
        Add(_seconds);
        Add(new DemoTrafficCommand());
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("sudo meshproxy demo", "until Ctrl-C"),
        new("sudo meshproxy demo --seconds 10 | cat", "for ten seconds, in plain lines"),
    ];

    /// <summary>A terminal that moves its cursor. Nothing here has colours, so NO_COLOR has nothing to take away.</summary>
    private static bool CanRedraw => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        if (!Environment.IsPrivilegedProcess)
            return Fail(line, ExitCode.Permission,
                "the demo makes network namespaces and redirect rules in them, which takes root: sudo make demo");
        if (HostTool.Missing() is { } missing)
            return Fail(line, ExitCode.OperatingSystem, missing);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        using var signals = new StopSignals(enough);
        if (line.GetValue(_seconds) is { } text && Seconds(text) is { } time)
            enough.CancelAfter(time);
        try
        {
            await new DemoRun(line.InvocationConfiguration.Output, CanRedraw).RunAsync(enough.Token);
            return ExitCode.Ok;
        }
        catch (DemoFailure failure)
        {
            return Fail(line, failure.Code, failure.Message);
        }
    }

    private static TimeSpan? Seconds(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 1_000_000
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Ctrl-C, a stop and a closed terminal all mean: clean up and end.</summary>
    private sealed class StopSignals(CancellationTokenSource enough) : IDisposable
    {
        private readonly ImmutableArray<PosixSignalRegistration> _registrations =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
                .Select(signal => PosixSignalRegistration.Create(signal, context =>
                {
                    context.Cancel = true;
                    enough.Cancel();
                })),
        ];

        public void Dispose()
        {
            foreach (var registration in _registrations)
                registration.Dispose();
        }
    }
}
