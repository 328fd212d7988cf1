namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>Names around a configuration of one plugin that was made a list.</summary>
internal static class SinglePlugin
{
    private const string KeptSuffix = ".meshproxy-kept";

    public static string ListPathOf(string path) => Path.ChangeExtension(path, ".conflist");

    /// <summary>No runtime reads a file of this name.</summary>
    public static string KeptPathOf(string path) => path + KeptSuffix;

    /// <summary>The originals that are kept in a folder, each with the name it had.</summary>
    public static IEnumerable<(string Kept, string Original)> KeptIn(string folder) =>
        Directory.GetFiles(folder, $"*{KeptSuffix}").Select(kept => (kept, kept[..^KeptSuffix.Length]));
}
