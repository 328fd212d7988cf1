using System.Collections.Immutable;
using System.CommandLine;

namespace MeshProxy.Commands;

/// <summary>A command of meshproxy: its options and arguments, its examples, and what it does until its exit code.</summary>
internal abstract class MeshCommand : Command
{
    protected MeshCommand(string name, string description)
        : base(name, description) => SetAction(async (line, cancelled) => (int)await RunAsync(line, cancelled));

    /// <summary>Shown at the end of the command's help.</summary>
    public abstract ImmutableArray<Example> Examples { get; }

    protected abstract Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled);

    /// <summary>Ends a command that failed: its causes, one line each, on standard error and in the termination log.</summary>
    protected static ExitCode Fail(ParseResult line, ExitCode code, params IEnumerable<string> causes)
    {
        var lines = causes.ToList();
        foreach (var cause in lines)
            line.InvocationConfiguration.Error.WriteLine($"meshproxy: {cause}");
        TerminationLog.Write(lines);
        return code;
    }
}
