using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>
/// An init container as Kubernetes makes one: run by runc in the pod's network namespace, from an image that holds the published executable
/// and what it links to, with a read-only root and /proc/sys, no_new_privs and the default seccomp profile.
/// </summary>
internal sealed class Container : IDisposable
{
    /// <summary>The default profile of podman and CRI-O, made from the same list as containerd's and Docker's.</summary>
    public const string SeccompProfile = "/usr/share/containers/seccomp.json";

    private const string ExecutablePath = "/meshproxy";
    private readonly ScratchDirectory _bundle = new();

    public int User { get; init; } = 65534;

    public string[] Capabilities { get; init; } = ["CAP_NET_ADMIN"];

    /// <summary>As setcap(8) writes it; a user other than root has no capability without. Null for none.</summary>
    public string? FileCapabilities { get; init; } = "cap_net_admin+ep";

    public bool NoNewPrivileges { get; init; } = true;

    /// <summary>What runs; by default the executable itself, as the container's first process.</summary>
    public string[] Command { get; init; } = [ExecutablePath, "init"];

    /// <summary>Variables besides PATH, as <c>NAME=value</c>.</summary>
    public string[] Environment { get; init; } = [];

    /// <summary>The published executable runs without a runtime beside it; what tests are built with does not.</summary>
    public static string Executable { get; } = System.Environment.GetEnvironmentVariable("TEST_EXECUTABLE") ?? Publish();

    public string TerminationLog => _bundle.PathOf("termination-log");

    public async Task<(int ExitCode, string Output)> RunAsync(NetworkNamespace space)
    {
        MakeImage();
        await File.WriteAllTextAsync(TerminationLog, "");
        File.SetUnixFileMode(TerminationLog, (UnixFileMode)Convert.ToInt32("666", 8));
        await File.WriteAllTextAsync(_bundle.PathOf("config.json"), Specification(space).ToJsonString());
        var id = Path.GetFileName(_bundle.Path);
        // runc enters the pod's namespace itself; it is started outside, as a runtime is.
        string[] arguments = ["--root", _bundle.PathOf("state"), "run", "--bundle", _bundle.Path, id];
        var start = new ProcessStartInfo("runc", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Bound.Work);
        await process.WaitForExitAsync().WaitAsync(Bound.Work);
        return (process.ExitCode, output + await errors);
    }

    public void Dispose() => _bundle.Dispose();

    private void MakeImage()
    {
        var root = _bundle.PathOf("rootfs");
        foreach (var folder in new[] { "proc", "dev", "tmp", "bin", "lib64", "sys" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        File.Copy(Executable, root + ExecutablePath);
        Tool.Run("chmod", ["0755", root + ExecutablePath]);
        CopyWithLibraries(Executable, root);
        File.Copy("/bin/sh", root + "/bin/sh");
        CopyWithLibraries("/bin/sh", root);
        if (FileCapabilities is { } capabilities)
            Tool.Run("setcap", [capabilities, root + ExecutablePath]);
    }

    private static void CopyWithLibraries(string program, string root)
    {
        var words = Tool.Run("ldd", [program]).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var library in words.Where(w => w[0] == '/'))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root + library)!);
            File.Copy(library, root + library, overwrite: true);
        }
    }

    private JsonObject Specification(NetworkNamespace space) => new()
    {
        ["ociVersion"] = "1.0.2",
        ["process"] = new JsonObject
        {
            ["user"] = new JsonObject { ["uid"] = User, ["gid"] = User },
            ["args"] = Strings(Command),
            ["env"] = Strings(["PATH=/bin", .. Environment]),
            ["cwd"] = "/",
            ["noNewPrivileges"] = NoNewPrivileges,
            // As containerd does: nothing is ambient, so that only root and files with capabilities have any.
            ["capabilities"] = new JsonObject
            {
                ["bounding"] = Strings(Capabilities),
                ["permitted"] = Strings(Capabilities),
                ["effective"] = Strings(Capabilities),
            },
        },
        ["root"] = new JsonObject { ["path"] = "rootfs", ["readonly"] = true },
        ["mounts"] = new JsonArray(
            Mount("/proc", "proc", "proc"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "mode=755"),
            Mount("/tmp", "tmpfs", "tmpfs", "nosuid", "nodev"),
            Mount("/dev/termination-log", "bind", TerminationLog, "bind")),
        ["linux"] = new JsonObject
        {
            ["namespaces"] = new JsonArray(
                new JsonObject { ["type"] = "pid" },
                new JsonObject { ["type"] = "ipc" },
                new JsonObject { ["type"] = "uts" },
                new JsonObject { ["type"] = "mount" },
                new JsonObject { ["type"] = "network", ["path"] = space.Path }),
            ["readonlyPaths"] = Strings("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"),
            ["maskedPaths"] = Strings("/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/sys/firmware"),
            ["seccomp"] = Seccomp(),
        },
    };

    /// <summary>The profile names rules for capabilities and architectures; those that hold here become the runtime's plain list.</summary>
    private JsonObject Seccomp()
    {
        var profile = JsonNode.Parse(File.ReadAllText(SeccompProfile))!;
        var rules = new JsonArray();
        foreach (var rule in profile["syscalls"]!.AsArray().Where(r => Applies(r!)))
        {
            var copy = new JsonObject { ["names"] = rule!["names"]!.DeepClone(), ["action"] = rule["action"]!.DeepClone() };
            if (rule["args"] is JsonArray { Count: > 0 } arguments)
                copy["args"] = arguments.DeepClone();
            rules.Add(copy);
        }
        return new JsonObject
        {
            ["defaultAction"] = profile["defaultAction"]!.DeepClone(),
            ["architectures"] = Strings(X64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64"),
            ["syscalls"] = rules,
        };
    }

    private static bool X64 => RuntimeInformation.OSArchitecture == Architecture.X64;

    private bool Applies(JsonNode rule)
    {
        bool Has(JsonNode? caps) => caps is JsonArray named && named.All(c => Capabilities.Contains(c!.GetValue<string>()));
        var architectures = rule["includes"]?["arches"] as JsonArray;
        return (rule["includes"]?["caps"] is not { } needed || Has(needed))
            && (rule["excludes"]?["caps"] is not { } unwanted || !Has(unwanted))
            && (architectures is null || architectures.Any(a => a!.GetValue<string>() == (X64 ? "amd64" : "arm64")));
    }

    private static JsonObject Mount(string destination, string type, string source, params string[] options) =>
        new() { ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = Strings(options) };

    private static JsonArray Strings(params string[] texts) => [.. texts.Select(t => (JsonNode)t!)];

    private static string Publish()
    {
        var folder = new ScratchDirectory();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        var repository = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(repository, "MeshProxy.sln")))
            repository = Path.GetDirectoryName(repository) ?? throw new InvalidOperationException("MeshProxy.sln is in no parent folder");
        Tool.Run(Path.Combine(repository, "build/publish.sh"), [folder.Path]);
        return folder.PathOf("meshproxy");
    }
}
