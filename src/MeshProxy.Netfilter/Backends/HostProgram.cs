using System.ComponentModel;
using System.Diagnostics;

namespace MeshProxy.Netfilter.Backends;

/// <summary>
/// A program of the host, fed through its standard input. It inherits the calling thread's network namespace. Its error output is kept
/// apart from its answer: some programs warn there while they succeed.
/// </summary>
internal static class HostProgram
{
    /// <summary>Where the administrator's programs are on every distribution, for hosts whose service PATH lacks them.</summary>
    private static readonly string[] UsualFolders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    internal readonly record struct Answer(int ExitCode, string Output, string Error);

    public static string? Find(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(UsualFolders).Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }

    /// <exception cref="NetfilterException">It is not there, cannot be started, or does not end.</exception>
    public static Answer Run(string name, ReadOnlySpan<string> arguments, string input)
    {
        var path = Find(name) ?? throw new NetfilterException(
            FailureKind.Unsupported, $"the program {name} is not installed here", "leave out --backend: the default needs no program");
        using var process = Start(path, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        Feed(process, input);
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new NetfilterException(FailureKind.OperatingSystem, $"{name} did not end within {Patience.TotalSeconds} s");
        }
        return new Answer(process.ExitCode, output.Result, error.Result);
    }

    private static Process Start(string path, ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments.ToArray())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new NetfilterException(FailureKind.OperatingSystem, $"{path} cannot be started: {e.Message}");
        }
    }

    /// <summary>A program that ends without reading says why on its error output.</summary>
    private static void Feed(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }
}
