using MeshProxy.Kubernetes.Cni.Install;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Cni.Install;

/// <summary>The two folders of a node, and a small file in the executable's place.</summary>
internal sealed class NodeFolders : IDisposable
{
    public const string List = """{"cniVersion":"1.0.0","name":"cluster","plugins":[{"type":"ptp"}]}""";

    private readonly TemporaryFolder _folder = new();

    public NodeFolders()
    {
        Directory.CreateDirectory(Binaries);
        Directory.CreateDirectory(Config);
        _folder.Write("source", "the executable");
    }

    public string Binaries => _folder.PathOf("bin");

    public string Config => _folder.PathOf("net.d");

    public string Binary => Path.Combine(Binaries, "meshproxy-cni");

    public InstallSettings Settings => new(Binaries, Config, _folder.PathOf("source"));

    /// <summary>The executable of another release.</summary>
    public void Upgrade() => _folder.Write("source", "the next executable");

    public IEnumerable<string> BinaryNames() =>
        Directory.GetFileSystemEntries(Binaries).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public Coverage Ensure(InstallSettings? settings = null) => new NodeInstallation(settings ?? Settings, TimeProvider.System).Ensure();

    public string ConfigPath(string name) => Path.Combine(Config, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(ConfigPath(name), content);
        return ConfigPath(name);
    }

    public string Read(string name) => File.ReadAllText(ConfigPath(name));

    public IEnumerable<string> ConfigNames() =>
        Directory.GetFileSystemEntries(Config).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();
}
