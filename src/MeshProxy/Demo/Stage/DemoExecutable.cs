namespace MeshProxy.Demo.Stage;

/// <summary>
/// This program's own file, where every user can start it: the sidecar is not root, and a checkout under /root would be closed to it. There
/// it is copied to a folder of its own, which is removed with it.
/// </summary>
internal sealed class DemoExecutable : IDisposable
{
    private readonly DirectoryInfo? _copy;

    public DemoExecutable(DemoMap map)
    {
        var original = Environment.ProcessPath!;
        if (FoldersAbove(original).All(folder => (File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) != 0))
        {
            Path = original;
            return;
        }
        _copy = Directory.CreateTempSubdirectory(map.OwnPrefix);
        File.SetUnixFileMode(_copy.FullName, File.GetUnixFileMode(_copy.FullName) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        // Beside the file lie its libraries, where it was not published as a single one.
        foreach (var file in Directory.GetFiles(System.IO.Path.GetDirectoryName(original)!))
            File.Copy(file, System.IO.Path.Combine(_copy.FullName, System.IO.Path.GetFileName(file)));
        Path = System.IO.Path.Combine(_copy.FullName, System.IO.Path.GetFileName(original));
    }

    public string Path { get; }

    public void Dispose() => _copy?.Delete(recursive: true);

    private static IEnumerable<string> FoldersAbove(string path)
    {
        for (var folder = System.IO.Path.GetDirectoryName(path); folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            yield return folder;
    }
}
