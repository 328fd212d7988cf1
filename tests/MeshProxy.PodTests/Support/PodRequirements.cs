using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support;

/// <summary>What a pod test cannot do without: root, and programs from Debian. Null where nothing is missing.</summary>
internal static class PodRequirements
{
    private static readonly string[] Always = ["ip", "nsenter", "setpriv", "prlimit"];

    public static string? Missing(params string[] programs)
    {
        if (!Environment.IsPrivilegedProcess)
            return "needs root, to make network namespaces";
        var absent = Always.Concat(programs).Where(program => InstalledPrograms.Find(program) is null).ToArray();
        return absent.Length == 0 ? null : $"needs {string.Join(", ", absent)}; 'make test' as root installs what is missing";
    }
}
