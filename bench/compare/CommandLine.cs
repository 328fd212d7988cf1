using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using MeshProxy.Compare.Cases;
using MeshProxy.Values;

namespace MeshProxy.Compare;

/// <summary>The options of <c>compare</c> and their limits.</summary>
internal sealed class CommandLine
{
    private readonly Option<string[]> _cases = new("--case")
    {
        Description = $"run this case only (may be given again): {string.Join(", ", CaseNames)}",
        HelpName = "NAME",
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "how often each proxy is measured in each case",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "how long the load of one measurement lasts",
        HelpName = "S",
        DefaultValueFactory = _ => 2,
    };

    private readonly Option<string> _executable;
    private readonly Option<string> _output;

    public CommandLine(string repository)
    {
        _executable = PathOption("--meshproxy", "the executable to measure", Path.Combine(repository, "out", "meshproxy"));
        _output = PathOption("--output", "the folder of the results", Path.Combine(repository, "bench", "results"));
        _cases.Validators.Add(KnownCases);
        _rounds.Validators.Add(AtLeastOne);
        _seconds.Validators.Add(AtLeastOne);
        Root = new RootCommand("Runs MeshProxy beside HAProxy and nginx, and says what each costs.")
        {
            _cases, _rounds, _seconds, _executable, _output,
        };
    }

    public RootCommand Root { get; }

    private static ImmutableArray<string> CaseNames => [.. Catalog.Cases("", 1).Select(subject => subject.Name)];

    public CompareOptions Read(ParseResult parsed) => new(
        [.. (parsed.GetValue(_cases) ?? []).Distinct()],
        parsed.GetValue(_rounds),
        parsed.GetValue(_seconds),
        Path.GetFullPath(parsed.GetValue(_executable)!),
        Path.GetFullPath(parsed.GetValue(_output)!));

    private static Option<string> PathOption(string name, string description, string value) => new(name)
    {
        Description = description,
        HelpName = "PATH",
        DefaultValueFactory = _ => Path.GetRelativePath(Environment.CurrentDirectory, value),
    };

    private static void KnownCases(OptionResult option)
    {
        foreach (var name in option.Tokens.Select(token => token.Value).Where(name => !CaseNames.Contains(name)))
        {
            var advice = NearestName.Find(name, CaseNames) is { } nearest ? $"did you mean {nearest}? There are" : "there are";
            option.AddError($"--case {name}: no such case; {advice} {string.Join(", ", CaseNames)}");
        }
    }

    private static void AtLeastOne(OptionResult option)
    {
        if (option.Tokens is [var token] && (!int.TryParse(token.Value, out var value) || value < 1))
            option.AddError($"{option.Option.Name} {token.Value}: allowed is a whole number from 1");
    }
}
