using System.Diagnostics;

namespace MeshProxy.Tests.Telemetry;

/// <summary>Prometheus's own tool, from the Debian package prometheus.</summary>
internal static class Promtool
{
    public static async Task<(int ExitCode, string Said)> RunAsync(string input, params IEnumerable<string> arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = promtool.StandardError.ReadToEndAsync();
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await errors;
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, said);
    }
}
