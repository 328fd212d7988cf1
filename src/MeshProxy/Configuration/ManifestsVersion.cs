using MeshProxy.Kubernetes.Egress;

namespace MeshProxy.Configuration;

/// <summary>A state of the manifests at a path, to be compared with a later one.</summary>
/// <param name="Path">File or folder; empty where none is named.</param>
internal sealed record ManifestsVersion(string Path, string Fingerprint)
{
    public static ManifestsVersion None { get; } = new("", "");

    /// <summary>Whether the path holds something else by now. Reads all of it, which for a ConfigMap is at most 1 MiB.</summary>
    public bool IsOutdated => Path.Length > 0 && ManifestFiles.Read(Path).Fingerprint != Fingerprint;
}
