using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MeshProxy.Commands;

namespace MeshProxy.Demo.Stage;

/// <summary>This program again, with other arguments, inside a namespace and as some user. Ended by force when disposed.</summary>
internal sealed class DemoProcess : IDisposable
{
    private const int LinesKept = 10;

    private readonly Process _process;
    private readonly string _what;
    private readonly ConcurrentQueue<string> _lastLines = new();

    private DemoProcess(Process process, string what) => (_process, _what) = (process, what);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines it printed, for when it fails.</summary>
    public string LastLines => string.Join('\n', _lastLines);

    /// <param name="user">Null stays root, which redirect rules take.</param>
    /// <param name="heard">Called with every line it prints, on a pool thread.</param>
    public static DemoProcess Start(string space, int? user, string executable, string[] arguments, Action<string>? heard = null)
    {
        // Each program replaces the one before it, so that the process started is the last one. A session of its own keeps Ctrl-C from it.
        var start = new ProcessStartInfo(
            "setsid", ["nsenter", $"--net={DemoMap.PathOf(space)}", "--", .. As(user), executable, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var process = new Process { StartInfo = start };
        var started = new DemoProcess(process, string.Join(' ', arguments));
        process.OutputDataReceived += (_, line) => started.Hear(line.Data, heard);
        process.ErrorDataReceived += (_, line) => started.Hear(line.Data, heard);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    public void Say(string line) => _process.StandardInput.WriteLine(line);

    public async Task WaitForSuccessAsync(CancellationToken cancelled)
    {
        await _process.WaitForExitAsync(cancelled);
        if (_process.ExitCode != 0)
            throw Failed();
    }

    public DemoFailure Failed() =>
        new(Commands.ExitCode.OperatingSystem, $"'meshproxy {_what}' ended with {_process.ExitCode}:\n{LastLines}");

    /// <summary>Asks it to end, and returns whether it did so in time.</summary>
    public async Task<bool> TerminateAsync(TimeSpan patience)
    {
        if (_process.HasExited)
            return true;
        HostTool.Run("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        using var impatience = new CancellationTokenSource(patience);
        await Task.WhenAny(_process.WaitForExitAsync(impatience.Token));
        return _process.HasExited;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string[] As(int? user) => user is { } id
        ? ["setpriv", $"--reuid={id}", $"--regid={id}", "--clear-groups", "--bounding-set=-all", "--no-new-privs"]
        : [];

    private void Hear(string? line, Action<string>? heard)
    {
        if (line is null)
            return;
        _lastLines.Enqueue(line);
        if (_lastLines.Count > LinesKept)
            _lastLines.TryDequeue(out _);
        heard?.Invoke(line);
    }
}
