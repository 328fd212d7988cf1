namespace MeshProxy.PodTests.Support.Processes;

/// <summary>Where programs are: on PATH, and where Debian keeps those of PostgreSQL, by version.</summary>
internal static class InstalledPrograms
{
    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
        "/usr/sbin",
        "/sbin",
        .. Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => version + "/bin")
            : [],
    ];

    public static string? Find(string program) =>
        Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
