using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace MeshProxy.Benchmarks;

/// <summary>
/// Short runs in this process: BenchmarkDotNet 0.14 cannot generate a project for .NET 10, and a build per run would take longer than the
/// measurement. What is asked of them is the order of magnitude, and "allocates nothing".
/// </summary>
internal sealed class BenchmarkConfig : ManualConfig
{
    public BenchmarkConfig()
    {
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationTime(TimeInterval.FromMilliseconds(50)));
        AddDiagnoser(MemoryDiagnoser.Default);
        WithOptions(ConfigOptions.DisableLogFile);
        // What is logged on the way helps to mend benchmarks; the table is printed by the program.
        AddLogger(NullLogger.Instance);
    }
}
