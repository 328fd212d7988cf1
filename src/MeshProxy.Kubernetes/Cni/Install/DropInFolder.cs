using System.Text;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>The folder beside a list, of its network's name, whose plugins count as if they stood at the list's end (CNI 1.1).</summary>
internal static class DropInFolder
{
    /// <returns>Null where the list has no name that could be a folder's.</returns>
    public static string? PathFor(PluginListText list, InstallSettings settings) =>
        list.Name is { Length: > 0 } name && Path.GetFileName(name) == name && name is not ("." or "..")
            ? Path.Combine(settings.ConfigFolder, name, FileName(settings))
            : null;

    /// <summary>Every one that was written here, whichever network it was for.</summary>
    public static IEnumerable<string> AllIn(InstallSettings settings) =>
        Directory.GetDirectories(settings.ConfigFolder).Select(folder => Path.Combine(folder, FileName(settings))).Where(File.Exists);

    /// <returns>False where it was there already.</returns>
    public static bool Write(string path, JsonObject entry)
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var text = Encoding.UTF8.GetBytes(PluginListText.Format(entry, indented: true) + "\n");
        var folder = Path.GetDirectoryName(path)!;
        if (Directory.Exists(folder))
            DurableFile.RemoveLeftovers(folder);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(text))
            return false;
        Directory.CreateDirectory(folder);
        DurableFile.Write(path, stream => stream.Write(text), Mode);
        return true;
    }

    private static string FileName(InstallSettings settings) => $"50-{settings.PluginName}.conf";
}
