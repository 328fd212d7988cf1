using System.CommandLine;

namespace MeshProxy.Commands;

/// <summary>One thing that <c>meshproxy check</c> looks at, with all defaults when it is asked for everything.</summary>
internal abstract class CheckSubcommand(string name, string description) : MeshCommand(name, description)
{
    /// <summary>Also called with the line of <c>meshproxy check</c> alone, which has none of this command's options.</summary>
    public abstract Task<ExitCode> CheckAsync(ParseResult line, CancellationToken cancelled);

    protected sealed override Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled) => CheckAsync(line, cancelled);
}
