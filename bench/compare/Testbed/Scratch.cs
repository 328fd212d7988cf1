using System.Globalization;

namespace MeshProxy.Compare.Testbed;

/// <summary>
/// A folder for configuration files, logs and the copy of the executable under test, readable by the uid the proxies run as, wherever the
/// repository itself lies.
/// </summary>
internal sealed class Scratch(string folder) : IDisposable
{
    private const string Prefix = "meshproxy-bench-";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Folder => folder;

    public static Scratch Create()
    {
        SweepAbandoned();
        var folder = Path.Combine(Path.GetTempPath(), Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, Readable);
        return new Scratch(folder);
    }

    public string PathOf(string name) => Path.Combine(folder, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>A folder that a server of another uid may write into: nginx keeps its pid and temporary files there.</summary>
    public string WritableFolder(string name)
    {
        Directory.CreateDirectory(PathOf(name));
        File.SetUnixFileMode(PathOf(name), Readable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        return PathOf(name);
    }

    public string CopyOfExecutable(string path)
    {
        var copy = PathOf(Path.GetFileName(path));
        if (!File.Exists(copy))
            File.Copy(path, copy);
        File.SetUnixFileMode(copy, Readable);
        return copy;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void SweepAbandoned()
    {
        foreach (var abandoned in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (!Directory.Exists("/proc/" + Path.GetFileName(abandoned)[Prefix.Length..]))
                Directory.Delete(abandoned, recursive: true);
        }
    }
}
