using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MeshProxy.Compare.Testbed;

/// <summary>
/// The outer of the run's two processes. It makes the namespace, starts this same program inside it, and takes the namespace down whatever
/// becomes of that one: end, crash, Ctrl-C. The inner process needs no signal handling, and its sockets are in the namespace without a
/// thread ever changing namespaces.
/// </summary>
internal sealed class Guardian
{
    /// <summary>Not MESHPROXY_…: the proxy inherits it, and refuses variables of that kind that it does not know.</summary>
    private const string InsideVariable = "COMPARE_SCRATCH";
    private const int InterruptedExitCode = 130;

    private readonly Lock _gate = new();
    private Process? _inside;
    private bool _stopped;

    /// <summary>The scratch folder the guardian made, in the inner process; null in the outer.</summary>
    public static string? ScratchFolder => Environment.GetEnvironmentVariable(InsideVariable);

    /// <summary>Runs this program again inside a namespace of its own; returns that run's exit code.</summary>
    public int Run(IEnumerable<string> arguments)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var scratch = Scratch.Create();
        using var network = NetworkNamespace.Create();
        var start = new ProcessStartInfo("ip", ["netns", "exec", network.Name, .. Self(), .. arguments]);
        start.Environment[InsideVariable] = scratch.Folder;
        if (!TryStart(start))
            return InterruptedExitCode;
        _inside!.WaitForExit();
        return _stopped ? InterruptedExitCode : _inside.ExitCode;
    }

    private bool TryStart(ProcessStartInfo start)
    {
        lock (_gate)
        {
            if (!_stopped)
                _inside = Process.Start(start)!;
            return !_stopped;
        }
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate)
        {
            _stopped = true;
            _inside?.Kill();
        }
    }

    /// <summary>How this program was started: by its own executable, or as an assembly given to <c>dotnet</c>.</summary>
    private static IEnumerable<string> Self()
    {
        var executable = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(executable) == "dotnet"
            ? [executable, Path.Combine(AppContext.BaseDirectory, typeof(Guardian).Assembly.GetName().Name + ".dll")]
            : [executable];
    }
}
