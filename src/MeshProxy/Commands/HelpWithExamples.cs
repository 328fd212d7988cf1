using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MeshProxy.Commands;

/// <summary>The library's help, then the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Who asks for help need not have written the rest.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command is MeshCommand command
            ? command.Examples
            :
            [
                new Example("meshproxy run", "be the sidecar of this pod"),
                new Example("meshproxy COMMAND --help", "say more of a command"),
            ];
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        var width = examples.Max(example => example.CommandLine.Length);
        foreach (var example in examples)
            output.WriteLine($"  {example.CommandLine.PadRight(width)}  {example.Purpose}");
        output.WriteLine();
        return (int)ExitCode.Ok;
    }
}
