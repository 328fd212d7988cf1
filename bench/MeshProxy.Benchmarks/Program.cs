using BenchmarkDotNet.Running;
using MeshProxy.Benchmarks;

// BenchmarkDotNet's own switches work here: --filter '*Relay*', --list flat, --help.
string[] selection = args.Length == 0 ? ["--filter", "*"] : args;
var reports = BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run(selection, new BenchmarkConfig())
    .SelectMany(summary => summary.Reports)
    .ToArray();
ReportTable.Print(reports);
return reports.All(report => report.Success) ? 0 : 1;
