using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Lifecycle.App;

namespace MeshProxy.Commands;

/// <summary>
/// Tells the sidecar of this pod that the pod begins to end, as the preStop hook of a native sidecar does. Returns at once: what a hook
/// takes is taken from the pod's grace period. A hook that fails changes nothing of the end, so nobody there is no more than said.
/// </summary>
internal sealed class DrainCommand : MeshCommand
{
    private readonly AdminOption _admin = new();

    public DrainCommand()
        : base("drain",
            "Tell this pod's sidecar that the pod begins to end: it is not ready any more, and clients are told to go elsewhere.") =>
        Add(_admin);

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy drain", "in a preStop hook, or before a node is taken down"),
        new("meshproxy drain --admin 127.0.0.1:5191", "where admin.listen has another port"),
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        using var sidecar = new SidecarAdmin(line.GetValue(_admin)!);
        if (await sidecar.DrainAsync(cancelled) is not { } cause)
            return ExitCode.Ok;
        // Not into the termination log: in a hook that is the sidecar's own, which has to say why it has ended.
        await line.InvocationConfiguration.Error.WriteLineAsync($"meshproxy: {cause}");
        return ExitCode.Unavailable;
    }
}
