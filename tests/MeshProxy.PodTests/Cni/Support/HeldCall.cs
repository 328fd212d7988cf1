using System.Diagnostics;
using System.Globalization;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>A call of a plugin whose input is still to come: a runtime that has started it and not written yet.</summary>
internal sealed class HeldCall : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _log;

    private HeldCall(Process process) =>
        (_process, _output, _log) = (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    public int Id => _process.Id;

    public static HeldCall Start(NetworkNamespace node, string program, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(InstalledPrograms.Find("nsenter")!, [$"--net={node.Path}", "--", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new HeldCall(Process.Start(start)!);
    }

    /// <summary>Until it sleeps in the read of its input (/proc/PID/wchan).</summary>
    public async Task<HeldCall> WaitingAsync()
    {
        var wait = $"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/wchan";
        await Bound.UntilAsync(
            () => Task.FromResult(!_process.HasExited && File.ReadAllText(wait).Contains("pipe_read", StringComparison.Ordinal)),
            Bound.Start, () => "the call does not read its input");
        return this;
    }

    public async Task<CniAnswer> EndAsync(string input)
    {
        await _process.StandardInput.WriteAsync(input);
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Bound.Work);
        return new CniAnswer(_process.ExitCode, await _output, await _log);
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Bound.Work);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
