using System.Diagnostics;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>
/// Starts a plugin as a runtime on that node does: in the node's network namespace, with nothing in its environment but what is given.
/// </summary>
internal static class CniProcess
{
    public static async Task<CniAnswer> RunAsync(
        NetworkNamespace node, string program, IReadOnlyDictionary<string, string> environment, string input, params string[] before)
    {
        var start = new ProcessStartInfo(InstalledPrograms.Find("nsenter")!, [$"--net={node.Path}", "--", .. before, program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var log = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Bound.Work);
        return new CniAnswer(process.ExitCode, await output, await log);
    }
}
