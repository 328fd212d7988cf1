using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MeshProxy.Commands;

/// <summary>The library's help, then the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string ExitCodes = """
        Exit codes:
           0  ok
           1  something asked of one of several manifests could not be done
          64  wrong usage
          65  a configuration, manifest or value is wrong
          69  the kernel lacks a feature, or what was waited for did not come
          71  a system call failed
          77  a capability or a permission is missing
          78  somebody else's rules stand in the way
          95  the redirect is in place but does not work
         126  the command of 'await' cannot be run (127: was not found)

        """;

    /// <summary>Who asks for help need not have written the rest.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command is MeshCommand command
            ? command.Examples
            : [new Example("meshproxy run", "be the sidecar of this pod"),
                new Example("meshproxy COMMAND --help", "show the help of a command")];
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        var width = examples.Max(example => example.CommandLine.Length);
        foreach (var example in examples)
            output.WriteLine($"  {example.CommandLine.PadRight(width)}  {example.Purpose}");
        output.WriteLine();
        if (parseResult.CommandResult.Command is not MeshCommand)
            output.WriteLine(ExitCodes);
        return (int)ExitCode.Ok;
    }
}
