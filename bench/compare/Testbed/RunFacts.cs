using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace MeshProxy.Compare.Testbed;

/// <summary>What one has to know to compare this run with another one.</summary>
/// <param name="Commit">Of the executable, short; "unknown" where it does not say.</param>
/// <param name="Versions">Name and version of everything that took part.</param>
internal sealed partial record RunFacts(
    DateTimeOffset Date,
    string Commit,
    int Rounds,
    int Seconds,
    string Cpu,
    int Cores,
    double MemoryGiB,
    string Kernel,
    ImmutableArray<(string Name, string Version)> Versions)
{
    public string VersionsText => string.Join(", ", Versions.Select(part => $"{part.Name} {part.Version}"));

    public static RunFacts Collect(CompareOptions options)
    {
        var executable = Tool.Run(options.Executable, ["--version"]);
        return new RunFacts(
            TimeProvider.System.GetUtcNow(),
            CommitIn(executable),
            options.Rounds,
            options.Seconds,
            CpuModel(),
            Environment.ProcessorCount,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            [
                ("meshproxy", VersionIn(executable)),
                ("haproxy", VersionIn(Tool.Run("haproxy", ["-v"]))),
                ("nginx", VersionIn(Tool.Run("nginx", ["-v"]))),
                ("wrk", VersionIn(Tool.Run("wrk", ["-v"]))),
                ("h2load", VersionIn(Tool.Run("h2load", ["--version"]))),
                ("iperf3", VersionIn(Tool.Run("iperf3", ["-v"]))),
                ("dotnet", Environment.Version.ToString()),
            ]);
    }

    /// <summary>
    /// The commit the executable was built from, which is what was measured: it stands in its version, after a plus sign.
    /// </summary>
    private static string CommitIn(ToolResult said) =>
        CommitHash().Match(said.Output) is { Success: true } match ? match.Groups[1].Value : "unknown";

    private static string CpuModel() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
        ? line[(line.IndexOf(':') + 1)..].Trim()
        : RuntimeInformation.ProcessArchitecture.ToString().ToLower(CultureInfo.InvariantCulture);

    private static string VersionIn(ToolResult said) =>
        VersionNumber().Match(said.Output + said.Error) is { Success: true } match ? match.Value : "unknown";

    [GeneratedRegex(@"\+([0-9a-f]{7})")]
    private static partial Regex CommitHash();

    [GeneratedRegex(@"\d+\.\d+[\w.-]*")]
    private static partial Regex VersionNumber();
}
