using System.Globalization;

namespace MeshProxy.PodTests.Support.Processes;

/// <summary>A memory cgroup of the test's own, of version 1 (cgroups(7)), which this process's hierarchy must be.</summary>
internal sealed class MemoryCgroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup/memory";

    private readonly string _folder = string.Create(
        CultureInfo.InvariantCulture, $"{Root}/pod-test-{Environment.ProcessId}-{Environment.TickCount64}");

    public MemoryCgroup(long limit)
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(_folder + "/memory.limit_in_bytes", limit.ToString(CultureInfo.InvariantCulture));
    }

    public static bool CanBeMade => File.Exists(Root + "/memory.limit_in_bytes");

    /// <summary>How often the kernel killed somebody in it.</summary>
    public long Kills => long.Parse(
        File.ReadLines(_folder + "/memory.oom_control")
            .Single(line => line.StartsWith("oom_kill ", StringComparison.Ordinal)).Split(' ')[1],
        CultureInfo.InvariantCulture);

    /// <summary>Joins as root, and becomes the program that follows.</summary>
    public IReadOnlyList<string> Launcher => ["sh", "-c", $"echo $$ > {_folder}/cgroup.procs && exec \"$@\"", "sh"];

    public void Dispose()
    {
        // Its last process may still be on its way out.
        for (var i = 0; i < 100 && Directory.Exists(_folder); i++)
        {
            try
            {
                Directory.Delete(_folder);
            }
            catch (IOException)
            {
                Thread.Sleep(20);
            }
        }
    }
}
