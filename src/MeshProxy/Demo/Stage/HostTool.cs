using System.Diagnostics;
using MeshProxy.Commands;

namespace MeshProxy.Demo.Stage;

/// <summary>The host's programs that the demo is made with: iproute2 for namespaces, util-linux to enter them.</summary>
internal static class HostTool
{
    private static readonly (string Program, string Package)[] Needed =
        [("ip", "iproute2"), ("nsenter", "util-linux"), ("setpriv", "util-linux"), ("setsid", "util-linux")];

    /// <summary>Null, or what is missing and how it is got.</summary>
    public static string? Missing()
    {
        var absent = Needed.Where(tool => !IsInstalled(tool.Program)).ToList();
        return absent.Count == 0
            ? null
            : $"the demo needs {string.Join(", ", absent.Select(tool => tool.Program))}; on Debian: "
                + $"apt-get install {string.Join(' ', absent.Select(tool => tool.Package).Distinct())}";
    }

    /// <summary>
    /// Runs a program to its end and returns what it printed. In a session of its own, because Ctrl-C goes to a terminal's whole group, and
    /// what cleans up must not be interrupted by it.
    /// </summary>
    public static string Run(string program, string[] arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo("setsid", ["--wait", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw Refused($"{program} {string.Join(' ', arguments)}", error.Result.Trim());
    }

    private static DemoFailure Refused(string what, string why) => why.Contains("not permitted", StringComparison.Ordinal)
        ? new DemoFailure(
            ExitCode.Permission, $"{what}: {why}\nthe demo needs CAP_SYS_ADMIN and CAP_NET_ADMIN; "
            + "in a container, start it with --privileged")
        : new DemoFailure(ExitCode.OperatingSystem, $"{what}: {why}");

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
