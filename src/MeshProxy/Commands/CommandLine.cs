using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>The commands as one command line: help with examples, version, and usage for usage errors alone.</summary>
internal sealed class CommandLine
{
    private readonly RootCommand _root = new("A transparent sidecar proxy for Kubernetes pods.");

    public CommandLine(params IEnumerable<Command> commands)
    {
        foreach (var command in commands)
            _root.Add(command);
        foreach (var help in _root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
            // Of another system, where they could not be paths.
            help.Aliases.Remove("/?");
            help.Aliases.Remove("/h");
        }
    }

    public async Task<ExitCode> InvokeAsync(string[] args, TextWriter output, TextWriter error)
    {
        // Without response files: an argument that begins with @ is an argument.
        var line = _root.Parse(InOwnWords(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (line.Errors.Count > 0)
            return ExplainUsage(line, error);
        // The commands handle signals, and a bug's exception ends the process with its stack, not with a wrong exit code.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return (ExitCode)await line.InvokeAsync(invocation);
    }

    /// <summary>What other programs call help and version.</summary>
    private static string[] InOwnWords(string[] args) => args switch
    {
        ["help", .. var rest] => [.. rest, "--help"],
        ["version"] => ["--version"],
        _ => args,
    };

    /// <summary>The usage first: what is wrong stays in sight, below it.</summary>
    private ExitCode ExplainUsage(ParseResult line, TextWriter error)
    {
        var path = new Stack<string>(["--help"]);
        for (var result = line.CommandResult; result.Command != _root; result = (CommandResult)result.Parent!)
            path.Push(result.Command.Name);
        _root.Parse([.. path]).Invoke(new InvocationConfiguration { Output = error, Error = error });
        var mistakes = Mistakes(line);
        foreach (var mistake in mistakes)
            error.WriteLine($"meshproxy: {mistake}");
        TerminationLog.Write(mistakes);
        return ExitCode.Usage;
    }

    /// <summary>A word that is known nowhere explains the other mistakes, so it is all that is said.</summary>
    private static List<string> Mistakes(ParseResult line)
    {
        if (line.UnmatchedTokens.Count == 0)
            return [.. line.Errors.Select(mistake => mistake.Message)];
        var command = line.CommandResult.Command;
        var known = command.Subcommands.Select(known => known.Name).Concat(command.Options.Select(known => known.Name)).ToList();
        return [.. line.UnmatchedTokens.Select(word => NearestName.Find(word, known) is { } nearest
            ? $"'{word}' is not known here; did you mean {nearest}?"
            : $"'{word}' is not known here")];
    }
}
