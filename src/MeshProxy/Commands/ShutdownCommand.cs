using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Lifecycle.App;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>Asks the sidecar of this pod to drain and end, as a Job's last step does.</summary>
internal sealed class ShutdownCommand : MeshCommand
{
    private readonly AdminOption _admin = new();

    private readonly DurationOption _wait = new("--wait",
        "Return when the sidecar has ended, after so long at most; 0 waits for as long as it takes.");

    public ShutdownCommand()
        : base("shutdown", "Ask this pod's sidecar to finish its connections and end.")
    {
        Add(_admin);
        Add(_wait);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy shutdown", "from any container of the pod"),
        new("meshproxy shutdown --wait 10s", "and return when it has ended"),
        new("meshproxy shutdown --admin 127.0.0.1:5191", "where admin.listen has another port"),
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        using var sidecar = new SidecarAdmin(line.GetValue(_admin)!);
        if (await sidecar.ShutdownAsync(cancelled) is { } refusal)
            return Fail(line, ExitCode.OperatingSystem, refusal);
        if (_wait.Read(line) is not { } limit || await sidecar.GoneAsync(limit, cancelled) is not { } cause)
            return ExitCode.Ok;
        return Fail(line, ExitCode.Unavailable, $"the sidecar has not ended after {DurationText.Format(limit)}: {cause}");
    }
}
