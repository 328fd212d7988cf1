using System.Diagnostics;
using System.Globalization;

namespace MeshProxy.Compare.Testbed;

/// <summary>A server started for the run: a proxy under test, or what stands behind it.</summary>
internal sealed class ServerProcess : IDisposable
{
    /// <summary>Every proxy runs as the sidecar's uid, which the redirect rules leave alone.</summary>
    public const int ProxyUid = 2102;

    /// <summary>
    /// The sidecar of the server's pod, where there are two: the rules have to tell it from the client's, as two pods' network namespaces
    /// would.
    /// </summary>
    public const int ServerProxyUid = 2103;

    /// <summary>Debian's <c>nobody</c>: the servers behind the proxies.</summary>
    public const int BackendUid = 65534;

    private readonly string _log;
    private readonly Process _process;

    private ServerProcess(string name, string log, Process process)
    {
        Name = name;
        _log = log;
        _process = process;
    }

    public string Name { get; }

    /// <summary>The process and its workers. Workers that end later are still in the list: read it when it is needed.</summary>
    public IEnumerable<int> Pids => [_process.Id, .. ProcFile.Children(_process.Id)];

    /// <summary>
    /// The shell and setpriv replace themselves, so that the id is the server's own; they cost every server the same 2 ms or so.
    /// </summary>
    public static ServerProcess Start(string name, int uid, IEnumerable<string> command, Scratch scratch)
    {
        var log = scratch.PathOf(name + ".log");
        var id = uid.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start("sh",
        [
            "-c", """log=$1; shift; exec "$@" >>"$log" 2>&1""", "sh", log,
            "setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--", .. command,
        ]);
        return new ServerProcess(name, log, process);
    }

    /// <exception cref="MeasurementException">The process has ended, which no server does by itself during a run.</exception>
    public void RequireRunning()
    {
        if (_process.HasExited)
            throw new MeasurementException($"{Name} ended with {_process.ExitCode}: {LastWords()}");
    }

    /// <summary>Asks with SIGTERM, and insists after 3 s.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            Tool.Run("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        if (!_process.WaitForExit(TimeSpan.FromSeconds(3)))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    /// <summary>The last line it printed.</summary>
    public string LastWords() => File.ReadLines(_log).LastOrDefault() is { Length: > 0 } line ? line : "it said nothing";
}
