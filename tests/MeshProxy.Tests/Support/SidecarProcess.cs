using System.Diagnostics;
using System.Threading.Channels;

namespace MeshProxy.Tests.Support;

/// <summary>
/// The real executable, as the build left it beside the tests. It is killed by its id when the test ends, however it ends.
/// </summary>
internal sealed class SidecarProcess : IDisposable
{
    /// <summary>Far more than anything here takes on a busy machine; a test that waits so long has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "meshproxy");

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _read = [];
    private readonly Task<string> _errors;

    private SidecarProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                _lines.Writer.TryComplete();
            else
                _lines.Writer.TryWrite(line.Data);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>CPU time of all threads so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="environment">Beside that of the tests, without what they inherited under our prefix.</param>
    public static SidecarProcess Start(
        string workingFolder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        return Start(workingFolder, new ProcessStartInfo(Executable, arguments), environment);
    }

    /// <summary>With a limit of open descriptors (RLIMIT_NOFILE).</summary>
    public static SidecarProcess StartLimited(string workingFolder, int descriptors, params IEnumerable<string> arguments) =>
        Start(
            workingFolder,
            new ProcessStartInfo("/bin/sh", ["-c", $"ulimit -n {descriptors}; exec \"$0\" \"$@\"", Executable, .. arguments]),
            []);

    private static SidecarProcess Start(string workingFolder, ProcessStartInfo start, (string Name, string Value)[] environment)
    {
        start.WorkingDirectory = workingFolder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var ours = start.Environment.Keys.Where(name => name.StartsWith("MESHPROXY_", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var inherited in ours)
            start.Environment.Remove(inherited);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new SidecarProcess(start);
    }

    /// <summary>The next line of standard output with the text in it; those before it are passed over.</summary>
    public async Task<string> LineAsync(string containing)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(timeout.Token))
            {
                _read.Add(line);
                if (line.Contains(containing, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException)
        {
            // Reported below, with what did come.
        }
        throw new InvalidOperationException($"no line with '{containing}' came; those that did: {string.Join('\n', _read)}");
    }

    /// <summary>All lines not read yet, after the process has ended.</summary>
    public async Task<List<string>> RestAsync()
    {
        var rest = new List<string>();
        await foreach (var line in _lines.Reader.ReadAllAsync(CancellationToken.None))
            rest.Add(line);
        return rest;
    }

    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task<(int Code, string Errors)> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
