using System.Diagnostics;

namespace MeshProxy.Compare.Testbed;

/// <summary>A command run to its end, with what it said.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>
/// Runs the system's tools. The commands are short-lived and print little; servers are started by <see cref="ServerProcess"/>.
/// </summary>
internal static class Tool
{
    public static ToolResult Run(string file, IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ToolResult(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>Runs a command that has to succeed.</summary>
    /// <exception cref="MeasurementException">It ended with another code than 0; the message has its last words.</exception>
    public static string Require(string file, IEnumerable<string> arguments, string? input = null)
    {
        var words = arguments.ToArray();
        var result = Run(file, words, input);
        if (result.ExitCode != 0)
            throw new MeasurementException($"'{file} {string.Join(' ', words)}' ended with {result.ExitCode}: {LastLine(result)}");
        return result.Output;
    }

    public static bool Exists(string file) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Append("/usr/sbin")
        .Any(folder => File.Exists(Path.Combine(folder, file)));

    private static string LastLine(ToolResult result) =>
        (result.Error + result.Output).TrimEnd().Split('\n')[^1].Trim();
}
