using System.Diagnostics;

namespace MeshProxy.PodTests.Support.Processes;

/// <summary>Runs a short program to its end; anything but exit code 0 is a failure of the test's own preparation.</summary>
internal static class Tool
{
    public static string Run(string program, IEnumerable<string> arguments, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {errors.Result}{input}");
        }
        return output;
    }
}
