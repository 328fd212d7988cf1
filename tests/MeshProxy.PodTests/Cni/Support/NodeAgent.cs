using System.Diagnostics;
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

    /// <summary>For the admin port, which then is nobody else's.</summary>
    private readonly NetworkNamespace _space = NetworkNamespace.Create("agent");

    public NodeAgent()
    {
        Directory.CreateDirectory(Binaries);
        Directory.CreateDirectory(Config);
    }

    public string Binaries => _files.PathOf("bin");

    public string Config => _files.PathOf("net.d");

    public string Plugin => Path.Combine(Binaries, PluginList.Ours);

    public string ListPath => Path.Combine(Config, "10-main.conflist");

    /// <summary>In the middle of a write, or with neither name, it is not.</summary>
    public bool ListIsWhole => JsonNode.Parse(File.ReadAllText(ListPath))!["plugins"]![0]!["type"]!.GetValue<string>() == "ptp";

    public bool ListNamesOurs => File.ReadAllText(ListPath).Contains(PluginList.Ours, StringComparison.Ordinal);

    public bool BinaryIsWhole => File.Exists(Plugin) && new FileInfo(Plugin).Length == new FileInfo(Container.Executable).Length;

    public Process StartInstaller(params string[] before) => Start(before, "install", "--poll", "500ms");

    public Process StartUninstall() => Start([], "uninstall", "--quiet-for", "100ms");

    public Task CoveredAsync(Process installer) => Bound.UntilAsync(
        () => installer.HasExited
            ? throw new InvalidOperationException($"the installer ended: {installer.StandardError.ReadToEnd()}")
            : Task.FromResult(BinaryIsWhole && ListNamesOurs),
        Bound.Start,
        () => "the list does not name the plugin");

    public void Dispose()
    {
        _space.Dispose();
        _files.Dispose();
    }

    private Process Start(string[] before, params string[] arguments)
    {
        string[] command =
        [
            $"--net={_space.Path}", "--", .. before, Container.Executable, "cni", .. arguments,
            "--bin-dir", Binaries, "--conf-dir", Config,
        ];
        return Process.Start(new ProcessStartInfo(InstalledPrograms.Find("nsenter")!, command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
