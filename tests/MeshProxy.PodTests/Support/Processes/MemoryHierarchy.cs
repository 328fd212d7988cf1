namespace MeshProxy.PodTests.Support.Processes;

/// <summary>Where memory cgroups can be made, and how its files are called (cgroups(7)).</summary>
/// <param name="LimitFile">Of a group: bytes.</param>
/// <param name="EventsFile">Of a group: has a line <c>oom_kill N</c>.</param>
internal sealed record MemoryHierarchy(string Root, string LimitFile, string EventsFile)
{
    /// <summary>Of version 1 where the memory controller is mounted so, else of version 2. Throws where there is neither.</summary>
    public static MemoryHierarchy Find()
    {
        var found = In(File.ReadLines("/proc/self/mountinfo"));
        if (found.LimitFile == "memory.max")
            found.Delegate();
        return found;
    }

    /// <param name="mounts">Lines of proc_pid_mountinfo(5).</param>
    internal static MemoryHierarchy In(IEnumerable<string> mounts)
    {
        string? unified = null;
        foreach (var mount in mounts)
        {
            // id parent device root POINT options [fields] - TYPE source SUPER-OPTIONS
            var (sides, point) = (mount.Split(" - ", 2), mount.Split(' ')[4]);
            var type = sides[1].Split(' ');
            if (type[0] == "cgroup" && type[2].Split(',').Contains("memory"))
                return new MemoryHierarchy(point, "memory.limit_in_bytes", "memory.oom_control");
            if (type[0] == "cgroup2")
                unified = point;
        }
        return new MemoryHierarchy(unified ?? throw new InvalidOperationException("no cgroups are mounted"), "memory.max", "memory.events");
    }

    /// <summary>
    /// Lets groups below the root have limits of their own. In a container that root is a group like others, which may either hold
    /// processes or delegate: they move into one below first, as container runtimes inside of containers do it.
    /// </summary>
    private void Delegate()
    {
        if (File.ReadAllText($"{Root}/cgroup.subtree_control").Split().Contains("memory"))
            return;
        if (!File.ReadAllText($"{Root}/cgroup.controllers").Split().Contains("memory"))
            throw new InvalidOperationException($"{Root} has no memory controller to give on");
        if (File.Exists($"{Root}/cgroup.type"))
            MoveProcesses(Directory.CreateDirectory($"{Root}/others").FullName);
        File.WriteAllText($"{Root}/cgroup.subtree_control", "+memory");
    }

    private void MoveProcesses(string group)
    {
        foreach (var process in File.ReadAllLines($"{Root}/cgroup.procs"))
        {
            try
            {
                File.WriteAllText($"{group}/cgroup.procs", process);
            }
            catch (IOException)
            {
                // It has ended meanwhile; whoever stays makes the delegation fail.
            }
        }
    }
}
