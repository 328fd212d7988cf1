using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>
/// The program under test: TEST_EXECUTABLE where set (as 'make test' does, with what ships), else the one built with the tests. The
/// sidecar's user must be able to enter its folder; where it cannot, as in a checkout under /root, the folder is copied to one it can.
/// </summary>
internal static class MeshProxyExecutable
{
    private const UnixFileMode OthersMayEnter = UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Reachable = new(() =>
    {
        var path = Environment.GetEnvironmentVariable("TEST_EXECUTABLE") ?? System.IO.Path.Combine(AppContext.BaseDirectory, "meshproxy");
        return ParentsOf(path).All(folder => (File.GetUnixFileMode(folder) & OthersMayEnter) != 0) ? path : Copy(path);
    });

    public static string Path => Reachable.Value;

    private static IEnumerable<string> ParentsOf(string path)
    {
        for (var folder = System.IO.Path.GetDirectoryName(path); folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            yield return folder;
    }

    private static string Copy(string path)
    {
        var scratch = new ScratchDirectory();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => scratch.Dispose();
        Tool.Run("cp", ["-r", System.IO.Path.GetDirectoryName(path)! + "/.", scratch.Path]);
        return scratch.PathOf(System.IO.Path.GetFileName(path));
    }
}
