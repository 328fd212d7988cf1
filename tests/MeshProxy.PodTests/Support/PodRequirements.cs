namespace MeshProxy.PodTests.Support;

/// <summary>What a pod test cannot do without: root, and programs from Debian. Null where nothing is missing.</summary>
internal static class PodRequirements
{
    private static readonly string[] Always = ["ip", "nsenter", "setpriv", "prlimit"];

    public static string? Missing(params string[] programs)
    {
        if (!Environment.IsPrivilegedProcess)
            return "needs root, to make network namespaces";
        var absent = Always.Concat(programs).Where(program => !IsInstalled(program)).ToArray();
        return absent.Length == 0 ? null : $"needs {string.Join(", ", absent)}; 'make test' as root installs what is missing";
    }

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
