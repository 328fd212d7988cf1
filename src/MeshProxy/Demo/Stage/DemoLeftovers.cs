using System.Globalization;

namespace MeshProxy.Demo.Stage;

/// <summary>
/// What demos left that were killed and could not clean up: namespaces and folders, which carry their owner's process id.
/// </summary>
internal static class DemoLeftovers
{
    /// <summary>Returns the names of what it removed.</summary>
    public static List<string> Remove()
    {
        var spaces = Named(DemoMap.NamespaceFolder).Where(OwnerHasGone).ToList();
        var folders = Named(Path.GetTempPath()).Where(OwnerHasGone).ToList();
        spaces.ForEach(DemoNamespace.Remove);
        folders.ForEach(folder => Directory.Delete(Path.Combine(Path.GetTempPath(), folder), recursive: true));
        return [.. spaces, .. folders];
    }

    private static IEnumerable<string> Named(string folder) => Directory.Exists(folder)
        ? Directory.GetFileSystemEntries(folder, DemoMap.Prefix + "*").Select(path => Path.GetFileName(path))
        : [];

    private static bool OwnerHasGone(string name)
    {
        var owner = name[DemoMap.Prefix.Length..].Split('-')[0];
        return int.TryParse(owner, CultureInfo.InvariantCulture, out _) && !Directory.Exists($"/proc/{owner}");
    }
}
