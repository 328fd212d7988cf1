using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Kubernetes.Egress;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Commands;

/// <summary>The manifests that a command is given: files, folders of them, or <c>-</c> for standard input; and where they go.</summary>
internal sealed class InjectFiles
{
    private const string StandardInput = "-";

    private readonly Argument<string[]> _paths = new("FILE")
    {
        Description = "Manifests, YAML or JSON; folders of them; or - for standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _inPlace = new("--in-place") { Description = "Write each changed file back instead of printing it" };

    public InjectFiles() => _paths.Validators.Add(given =>
    {
        foreach (var token in given.Tokens.Where(token => token.Value.StartsWith('-') && token.Value != StandardInput))
            given.AddError($"'{token.Value}' is not an option here; a file of that name is ./{token.Value}");
    });

    public void AddTo(Command command)
    {
        command.Arguments.Add(_paths);
        command.Options.Add(_inPlace);
    }

    /// <summary>Works on every manifest, and tells how it went: manifests on standard output, the rest on standard error.</summary>
    /// <param name="work">From all texts, what makes the outcome of each.</param>
    /// <param name="done">What was done to those that were changed, for the last line.</param>
    public ExitCode Run(ParseResult line, string done, Func<IEnumerable<string>, Func<string, string, ManifestOutcome>> work)
    {
        var console = line.InvocationConfiguration;
        var files = Read(line, out var unreadable);
        var step = work(files.Select(file => file.Text));
        var outcomes = files.Select(file => (file.Name, file.Text, Outcome: step(file.Text, file.Name))).ToList();
        foreach (var said in unreadable.Concat(outcomes.SelectMany(o => o.Outcome.Lines.Concat(o.Outcome.Errors))))
            console.Error.WriteLine($"meshproxy: {said}");
        var unwritten = Write(line, outcomes);
        var counts = outcomes.Select(o => o.Outcome).ToList();
        console.Error.WriteLine(
            $"meshproxy: {counts.Sum(o => o.Changed)} {done}, {counts.Sum(o => o.Skipped)} skipped, {counts.Sum(o => o.Refused)} refused");
        if (unreadable.Length > 0 || counts.Any(o => o.IsUnreadable))
            return ExitCode.BadConfig;
        return unwritten ? ExitCode.OperatingSystem : counts.Any(o => o.Refused > 0) ? ExitCode.NotDone : ExitCode.Ok;
    }

    private ImmutableArray<(string Name, string Text)> Read(ParseResult line, out ImmutableArray<string> errors)
    {
        var files = ImmutableArray.CreateBuilder<(string, string)>();
        var wrong = ImmutableArray.CreateBuilder<string>();
        foreach (var path in line.GetValue(_paths)!)
        {
            if (path == StandardInput)
            {
                files.Add(("standard input", Console.In.ReadToEnd()));
                continue;
            }
            var found = ManifestFiles.Read(path);
            files.AddRange(found.Files);
            wrong.AddRange(found.Errors);
        }
        errors = wrong.ToImmutable();
        return files.ToImmutable();
    }

    /// <returns>Whether a file could not be written.</returns>
    private bool Write(ParseResult line, List<(string Name, string Text, ManifestOutcome Outcome)> outcomes)
    {
        var console = line.InvocationConfiguration;
        var failed = false;
        for (var i = 0; i < outcomes.Count; i++)
        {
            var (name, before, outcome) = outcomes[i];
            if (!line.GetValue(_inPlace) || !File.Exists(name))
                console.Output.Write(i + 1 < outcomes.Count ? Separated(outcome.Text, outcomes[i + 1].Outcome.Text) : outcome.Text);
            else if (before != outcome.Text)
                failed |= !TryReplace(name, outcome.Text, console.Error);
        }
        return failed;
    }

    private static string Separated(string text, string next) =>
        text + (text.EndsWith('\n') || text.Length == 0 ? "" : "\n") + (next.StartsWith("---", StringComparison.Ordinal) ? "" : "---\n");

    /// <summary>By a file beside it and a rename, so that no reader meets half of it.</summary>
    private static bool TryReplace(string name, string text, TextWriter error)
    {
        var beside = name + ".meshproxy";
        try
        {
            File.WriteAllText(beside, text);
            File.SetUnixFileMode(beside, File.GetUnixFileMode(name));
            File.Move(beside, name, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"meshproxy: {name}: cannot be written: {e.Message}");
            return false;
        }
    }
}
