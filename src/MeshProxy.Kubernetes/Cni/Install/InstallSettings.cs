namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>What to install on a node, and where.</summary>
/// <param name="BinaryFolder">Where the runtime looks for plugins; the node's /opt/cni/bin mostly.</param>
/// <param name="ConfigFolder">Where it looks for network configuration lists; the node's /etc/cni/net.d mostly.</param>
/// <param name="Source">The executable to install.</param>
/// <param name="LogFile">A path of the node, for the plugin to write to; null for none.</param>
public sealed record InstallSettings(string BinaryFolder, string ConfigFolder, string Source)
{
    /// <summary>File name of the plugin and its type in lists.</summary>
    public string PluginName { get; init; } = "meshproxy-cni";

    public ListPlacement Placement { get; init; } = ListPlacement.List;

    public string? LogFile { get; init; }

    /// <summary>For runtimes that hand over no annotations; null asks nobody.</summary>
    public ApiAccess? Api { get; init; }

    internal string BinaryPath => Path.Combine(BinaryFolder, PluginName);
}
