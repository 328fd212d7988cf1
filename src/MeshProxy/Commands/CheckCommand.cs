using System.Collections.Immutable;
using System.CommandLine;

namespace MeshProxy.Commands;

/// <summary>The checks as subcommands; without one, each of them in turn.</summary>
internal sealed class CheckCommand : MeshCommand
{
    /// <summary>Of every check, before or after its name.</summary>
    public static readonly ConfigOption Config = new() { Recursive = true };

    /// <summary>Likewise: one object for each check, on a line of its own.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Report as one JSON object on standard output, for each check",
        Recursive = true,
    };

    private readonly ImmutableArray<CheckSubcommand> _checks;

    public CheckCommand(params ImmutableArray<CheckSubcommand> checks)
        : base("check", "Say what is wrong and how to mend it; exit 0 only when all is well.")
    {
        _checks = checks;
        Add(Config);
        Add(Json);
        foreach (var check in checks)
            Add(check);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy check", "run every check"),
        new("meshproxy check --json", "the same for a program: one JSON object per line"),
        .. _checks.SelectMany(check => check.Examples),
    ];

    /// <summary>Every check runs, so that all is mended in one go; the exit code is that of the first that found something.</summary>
    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        var outcome = ExitCode.Ok;
        foreach (var check in _checks)
        {
            if (await check.CheckAsync(line, cancelled) is var found and not ExitCode.Ok && outcome == ExitCode.Ok)
                outcome = found;
        }
        return outcome;
    }
}
