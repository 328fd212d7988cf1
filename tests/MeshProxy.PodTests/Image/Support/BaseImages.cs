using System.Runtime.InteropServices;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Image.Support;

/// <summary>
/// What the Dockerfile starts from, made of this machine and tagged with the same names, so that nothing is fetched: the libraries that the
/// chiselled base has, and no shell; and a root whose /usr, with the SDK in it, is lent by the machine while it builds.
/// </summary>
internal static class BaseImages
{
    public const string Runtime = "mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled";
    public const string Sdk = "mcr.microsoft.com/dotnet/sdk:10.0";

    /// <summary>.../shared/Microsoft.NETCore.App/VERSION/ is where the runtime of these tests is.</summary>
    public static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>Volumes that make this machine's programs the image's.</summary>
    public static string[] HostPrograms { get; } = DotnetRoot.StartsWith("/usr/", StringComparison.Ordinal)
        ? ["--volume", "/usr:/usr:ro"]
        : ["--volume", "/usr:/usr:ro", "--volume", $"{DotnetRoot}:{DotnetRoot}:ro"];

    public static async Task MakeAsync(ImageStore store)
    {
        var (runtime, host) = (store.PathOf("runtime"), store.PathOf("host"));
        WriteRuntime(runtime);
        WriteHost(host);
        await store.ImportAsync(runtime, Runtime);
        await store.ImportAsync(host, Sdk);
    }

    private static void WriteRuntime(string root)
    {
        Directory.CreateDirectory(root + "/tmp");
        var linked = Tool.Run("ldd", [Environment.GetEnvironmentVariable("TEST_EXECUTABLE") ?? "/bin/true"]);
        var libraries = linked.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] == '/').ToList();
        var folder = Path.GetDirectoryName(libraries.First(library => library.Contains("libc.so", StringComparison.Ordinal)))!;
        // OpenSSL is loaded by name, when the first TLS connection needs it.
        foreach (var library in libraries.Concat([folder + "/libssl.so.3", folder + "/libcrypto.so.3"]))
            Copy(library, root);
        Copy("/etc/ssl/certs/ca-certificates.crt", root);
    }

    private static void WriteHost(string root)
    {
        foreach (var folder in new[] { "usr", "tmp", "root", "etc" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        File.SetUnixFileMode(root + "/tmp", (UnixFileMode)Convert.ToInt32("1777", 8));
        foreach (var link in new[] { "bin", "sbin", "lib", "lib64" })
            File.CreateSymbolicLink(Path.Combine(root, link), "usr/" + link);
        foreach (var file in new[] { "passwd", "group", "nsswitch.conf", "ld.so.cache", "ssl/certs/ca-certificates.crt" })
            Copy("/etc/" + file, root);
        if (!DotnetRoot.StartsWith("/usr/", StringComparison.Ordinal))
        {
            Directory.CreateDirectory(root + "/usr/local/bin");
            Directory.CreateDirectory(root + DotnetRoot);
        }
    }

    private static void Copy(string file, string root)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(root + file)!);
        File.Copy(file, root + file);
    }
}
