using System.Globalization;
using System.Text.Json.Nodes;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>The two folders of a node, and the installer as the real executable on them.</summary>
internal sealed class NodeAgent : IDisposable
{
    public const string List = """{"cniVersion":"1.0.0","name":"cluster","plugins":[{"type":"ptp"}]}""";

    private readonly ScratchDirectory _files = new();

    public NodeAgent()
    {
        Directory.CreateDirectory(Binaries);
        Directory.CreateDirectory(Config);
    }

    /// <summary>For the admin port, which then is nobody else's.</summary>
    public NetworkNamespace Namespace { get; } = NetworkNamespace.Create("agent");

    public string Binaries => _files.PathOf("bin");

    public string Config => _files.PathOf("net.d");

    public string Plugin => Path.Combine(Binaries, PluginList.Ours);

    public string ListPath => Path.Combine(Config, "10-main.conflist");

    public bool BinaryIsWhole => BinaryIs(Container.Executable);

    public bool BinaryIs(string executable) =>
        File.Exists(Plugin) && File.ResolveLinkTarget(Plugin, returnFinalTarget: true) is FileInfo file
        && file.Length == new FileInfo(executable).Length;

    /// <summary>In the middle of a write, or with neither name, it is not.</summary>
    public bool IsWhole(string list) => JsonNode.Parse(File.ReadAllText(list))!["plugins"]![0]!["type"]!.GetValue<string>() == "ptp";

    public bool ListNamesOurs => File.Exists(ListPath) && File.ReadAllText(ListPath).Contains(PluginList.Ours, StringComparison.Ordinal);

    /// <summary>Somewhere in the folder of lists.</summary>
    public bool OursIsNamed =>
        Directory.GetFiles(Config, "*.conf*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".conf" or ".conflist")
            .Any(path => File.ReadAllText(path).Contains(PluginList.Ours, StringComparison.Ordinal));

    /// <summary>What lies in the folder of binaries: the name that runtimes know, and the file behind it.</summary>
    public string[] BinaryNames() => [.. Directory.GetFiles(Binaries).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The executable, as another release of it: what follows a single file's bundle, nobody reads.</summary>
    public string Release(int number)
    {
        var path = _files.PathOf($"release-{number.ToString(CultureInfo.InvariantCulture)}");
        if (File.Exists(path))
            return path;
        File.Copy(Container.Executable, path);
        using var file = File.Open(path, FileMode.Append);
        file.Write(new byte[number + 1]);
        return path;
    }

    public PodProcess StartInstaller() => StartInstaller(Container.Executable);

    /// <param name="arguments">Options of the installer's own.</param>
    public PodProcess StartInstaller(string executable, string[]? before = null, params string[] arguments) =>
        Start(before ?? [], executable, ["install", "--poll", "500ms", .. arguments]);

    /// <param name="before">A program that runs it.</param>
    public PodProcess StartUninstall(string[]? before = null) =>
        Start(before ?? [], Container.Executable, ["uninstall", "--quiet-for", "100ms", "--cache-dir", _files.Path]);

    public Task CoveredAsync(PodProcess installer) => Bound.UntilAsync(
        () => installer.HasExited
            ? throw new InvalidOperationException($"the installer ended: {installer.Describe()}")
            : Task.FromResult(BinaryIsWhole && ListNamesOurs),
        Bound.Start,
        () => $"the list does not name the plugin: {installer.Describe()}");

    public void Dispose()
    {
        Namespace.Dispose();
        _files.Dispose();
    }

    private PodProcess Start(string[] before, string executable, string[] arguments)
    {
        string[] command = [.. before, executable, "cni", .. arguments, "--bin-dir", Binaries, "--conf-dir", Config];
        return PodProcess.Start(Namespace, new PodCommand(command[0], command[1..]) { User = null });
    }
}
