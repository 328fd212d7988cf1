using System.Globalization;

namespace MeshProxy.PodTests.Support.Processes;

/// <summary>A memory cgroup of the test's own.</summary>
internal sealed class MemoryCgroup : IDisposable
{
    private readonly MemoryHierarchy _hierarchy = MemoryHierarchy.Find();
    private readonly string _folder;

    /// <param name="limit">Bytes.</param>
    public MemoryCgroup(long limit)
    {
        _folder = string.Create(
            CultureInfo.InvariantCulture, $"{_hierarchy.Root}/pod-test-{Environment.ProcessId}-{Environment.TickCount64}");
        Directory.CreateDirectory(_folder);
        File.WriteAllText($"{_folder}/{_hierarchy.LimitFile}", limit.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>How often the kernel killed somebody in it.</summary>
    public long Kills => long.Parse(
        File.ReadLines($"{_folder}/{_hierarchy.EventsFile}")
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
