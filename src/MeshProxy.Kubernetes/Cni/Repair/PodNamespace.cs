using Microsoft.Win32.SafeHandles;

namespace MeshProxy.Kubernetes.Cni.Repair;

/// <summary>
/// The network namespace of a pod of this node, found with certainty or not at all: redirecting the node's own would cut the node off. Held
/// open, so that it stays this one whatever process ids are used for next.
/// </summary>
internal sealed class PodNamespace : IDisposable
{
    private readonly SafeFileHandle _handle;

    private PodNamespace(SafeFileHandle handle) => _handle = handle;

    /// <summary>For this process alone.</summary>
    public string Path => $"/proc/self/fd/{_handle.DangerousGetHandle()}";

    /// <summary>
    /// 1. Processes whose cgroup names the pod's uid, without those in the node's own namespace: a runtime's monitor may be counted with
    /// the pod (CRI-O's conmon, <c>conmon_cgroup = "pod"</c>). 2. All that are left are in one namespace. 3. It is not our own. 4. With the
    /// namespace open, the process is still the pod's.
    /// </summary>
    /// <param name="proc">The node's /proc.</param>
    /// <returns>Null with the reason.</returns>
    public static PodNamespace? Find(string uid, string proc, out string reason)
    {
        reason = "";
        if (!Directory.Exists(proc))
        {
            reason = $"there is no {proc} here: --proc names the node's";
            return null;
        }
        var all = Directory.GetDirectories(proc).Where(folder => uid.Length > 0 && IsOf(folder, uid))
            .Select(folder => (Path: folder, Space: NamespaceOf(folder)))
            .ToArray();
        if (all.Length == 0)
            reason = "no process of the pod runs on this node";
        else if (NamespaceOf(System.IO.Path.Combine(proc, "1")) is not { } host)
            reason = $"the node's own network namespace cannot be told ({proc}/1/ns/net): give the installer hostPID and CAP_SYS_PTRACE";
        else
            return Find([.. all.Where(process => process.Space != host)], uid, out reason);
        return null;
    }

    private static PodNamespace? Find((string Path, string? Space)[] processes, string uid, out string reason)
    {
        reason = "";
        var namespaces = processes.Select(process => process.Space).Distinct().ToArray();
        if (processes.Length == 0)
            reason = "the pod is in the node's own network namespace";
        else if (namespaces is not [{ } found])
            reason = $"the pod's processes are in {namespaces.Length} network namespaces, or in one that cannot be seen";
        else if (found == NamespaceOf("/proc/self"))
            reason = "the pod is in the installer's own network namespace";
        else
            return Open(processes[0].Path, uid, found, out reason);
        return null;
    }

    public void Dispose() => _handle.Dispose();

    private static PodNamespace? Open(string process, string uid, string expected, out string reason)
    {
        reason = "the pod's processes ended meanwhile";
        try
        {
            var handle = File.OpenHandle(System.IO.Path.Combine(process, "ns/net"));
            if (IsOf(process, uid) && NamespaceOf(process) == expected)
                return new PodNamespace(handle);
            handle.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = e.Message;
        }
        return null;
    }

    /// <summary>The kubelet names a pod's cgroup by its uid, with the cgroupfs driver as it is, with systemd's with underscores.</summary>
    private static bool IsOf(string process, string uid)
    {
        if (!char.IsAsciiDigit(System.IO.Path.GetFileName(process)[0]))
            return false;
        try
        {
            var cgroups = File.ReadAllText(System.IO.Path.Combine(process, "cgroup"));
            return cgroups.Contains($"pod{uid}", StringComparison.Ordinal)
                || cgroups.Contains($"pod{uid.Replace('-', '_')}", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? NamespaceOf(string process)
    {
        try
        {
            return new FileInfo(System.IO.Path.Combine(process, "ns/net")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
