using System.Diagnostics;
using System.Globalization;

namespace MeshProxy.Compare.Testbed;

/// <summary>
/// A network namespace that lasts as long as the run. Everything in it was started by the run, so that ending "all processes of the
/// namespace" is exact: nobody else's nginx can be among them.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const string Prefix = "meshproxy-bench-";

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    public static NetworkNamespace Create()
    {
        SweepAbandoned();
        var name = Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Tool.Require("ip", ["netns", "add", name]);
        return new NetworkNamespace(name);
    }

    public void Dispose() => Delete(Name);

    /// <summary>
    /// A run that was killed outright (SIGKILL, a crash) could not clean up: the next one does, by the process id in the name.
    /// </summary>
    private static void SweepAbandoned()
    {
        foreach (var line in Tool.Run("ip", ["netns", "list"]).Output.Split('\n'))
        {
            var name = line.Split(' ')[0];
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !Directory.Exists("/proc/" + name[Prefix.Length..]))
                Delete(name);
        }
    }

    /// <summary>Processes first: a namespace that is unlinked while one still runs in it goes on living with no name.</summary>
    private static void Delete(string name)
    {
        while (Pids(name) is { Length: > 0 } pids)
        {
            foreach (var pid in pids)
                Kill(pid);
            Thread.Sleep(10);
        }
        Tool.Run("ip", ["netns", "del", name]);
    }

    private static int[] Pids(string name) => [.. Tool.Run("ip", ["netns", "pids", name]).Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It ended by itself meanwhile.
        }
    }
}
