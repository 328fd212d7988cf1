using System.CommandLine;
using MeshProxy.Compare;
using MeshProxy.Compare.Cases;
using MeshProxy.Compare.Report;
using MeshProxy.Compare.Testbed;

const int WrongUsage = 64;
const int Failed = 70;
const int NoExecutable = 69;
const int NoPermission = 77;

var repository = Repository.Root;
var commandLine = new CommandLine(repository);
commandLine.Root.SetAction(parsed =>
{
    var options = commandLine.Read(parsed);
    return Guardian.ScratchFolder is { } folder ? RunInside(options, new Scratch(folder)) : RunOutside(options);
});
var parseResult = commandLine.Root.Parse(args);
return parseResult.Errors.Count == 0 ? parseResult.Invoke() : RefuseUsage(parseResult);

int RunOutside(CompareOptions options)
{
    if (!File.Exists(options.Executable))
        return Refuse(NoExecutable, $"{options.Executable} does not exist; 'make build' makes it, --meshproxy names another");
    if (!Environment.IsPrivilegedProcess)
        return Refuse(NoPermission, "compare makes a network namespace with redirect rules, and needs root for it: run 'sudo make bench'");
    return DebianPackages.Install() ? new Guardian().Run(args) : NoExecutable;
}

int RunInside(CompareOptions options, Scratch scratch)
{
    var cases = Catalog.Cases(options.Executable, options.Seconds)
        .Where(subject => options.Cases.Length == 0 || options.Cases.Contains(subject.Name))
        .ToArray();
    var facts = RunFacts.Collect(options);
    Console.WriteLine($"comparing on {facts.Cpu}, {facts.Cores} cores, kernel {facts.Kernel}: {facts.VersionsText}");
    using var pod = new Pod(scratch);
    var comparison = new Comparison(pod, options.Rounds);
    var report = new ComparisonReport(facts, [.. cases.Select(comparison.Run)]);
    Publish(options, report);
    return report.Failures.Length == 0 ? 0 : Failed;
}

void Publish(CompareOptions options, ComparisonReport report)
{
    Directory.CreateDirectory(options.Output);
    var path = Path.Combine(options.Output, options.ResultsName);
    ResultsFile.Write(path + ".json", report);
    Chart.Write(path + ".svg", report);
    ResultsTable.Print(report);
    Console.WriteLine($"wrote {path}.json and {path}.svg");
}

int Refuse(int exitCode, string message)
{
    Console.Error.WriteLine($"compare: {message}");
    return exitCode;
}

int RefuseUsage(ParseResult parsed)
{
    foreach (var error in parsed.Errors)
        Refuse(WrongUsage, error.Message);
    return WrongUsage;
}
