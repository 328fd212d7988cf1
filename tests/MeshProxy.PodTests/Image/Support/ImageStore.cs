using System.Diagnostics;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Image.Support;

/// <summary>
/// Images and containers of one test run, in a folder of its own: nothing of the machine's podman is seen or changed. vfs and file locks,
/// because a test may itself run in a container.
/// </summary>
internal sealed class ImageStore : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly ScratchDirectory _folder = new();
    private readonly string[] _place;

    public ImageStore()
    {
        _place = ["--root", PathOf("root"), "--runroot", PathOf("runroot"), "--storage-driver", "vfs"];
        File.WriteAllText(PathOf("containers.conf"), """
            [containers]
            default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            lock_type = "file"
            """);
    }

    public string PathOf(string name) => _folder.PathOf(name);

    public Task<string> BuildahAsync(params string[] arguments) => RunAsync(["buildah", .. _place, .. arguments]);

    public Task<string> PodmanAsync(params string[] arguments) => RunAsync(Podman(arguments));

    /// <summary>As on a node whose own network is that namespace: podman's pods cannot be put into one that exists.</summary>
    public Task<string> PodmanAsync(NetworkNamespace node, params string[] arguments) =>
        RunAsync(["nsenter", $"--net={node.Path}", "--", .. Podman(arguments)]);

    /// <summary>An image of nothing but the files under a folder.</summary>
    public async Task ImportAsync(string folder, string image)
    {
        var archive = PathOf("import.tar");
        Tool.Run("tar", ["-C", folder, "-cf", archive, "."]);
        await PodmanAsync("import", archive, image);
        File.Delete(archive);
    }

    public void Dispose()
    {
        if (Directory.Exists(PathOf("root")))
            PodmanAsync("rm", "--all", "--force", "--time", "0").Wait();
        _folder.Dispose();
    }

    private string[] Podman(string[] arguments) => ["podman", .. _place, "--tmpdir", PathOf("tmp"), .. arguments];

    private async Task<string> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo(InstalledPrograms.Find(command[0])!, command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["CONTAINERS_CONF"] = PathOf("containers.conf");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        // A container that goes on holds these open: the end of the program is what counts.
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)} ended with {process.ExitCode}: {await output}{await errors}");
        return await output + await errors;
    }
}
