using System.Security.Cryptography;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// The plugin's executable on the node: a link of the plugin's name, to a file that is named for its content. A call opens its own file
/// anew for each assembly that it comes to need (the single-file host maps them from there), by the file's name and not the link's. So
/// another release is another file, calls under way keep theirs, and a file goes when no call of it can be left.
/// </summary>
internal sealed class PluginBinary(InstallSettings settings, TimeProvider time)
{
    /// <summary>From exec to its lock a call takes a tenth of a second; on a node that is swapping, some seconds.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly Dictionary<string, long> _replaced = [];
    private string? _hash;
    private (DateTime Written, long Length) _verified;

    public string Path => settings.BinaryPath;

    /// <returns>False where it was there already.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool Install()
    {
        DurableFile.RemoveLeftovers(settings.BinaryFolder);
        var file = PluginFile.PathFor(settings, _hash ??= HashOf(settings.Source));
        var isWhole = IsWhole(file);
        if (isWhole && new FileInfo(Path).LinkTarget == System.IO.Path.GetFileName(file))
            return false;
        if (!isWhole)
        {
            using var source = File.OpenRead(settings.Source);
            DurableFile.Write(file, source.CopyTo, Mode);
        }
        DurableFile.Link(Path, System.IO.Path.GetFileName(file));
        return true;
    }

    /// <summary>Files of other releases that no call can be running any more.</summary>
    /// <returns>Those that were removed.</returns>
    /// <exception cref="IOException">One cannot be removed.</exception>
    public IEnumerable<string> RemoveReplaced()
    {
        var current = new FileInfo(Path).LinkTarget;
        foreach (var file in PluginFile.AllIn(settings).Where(file => System.IO.Path.GetFileName(file) != current))
        {
            _replaced.TryAdd(file, time.GetTimestamp());
            if (time.GetElapsedTime(_replaced[file]) < LongestStart || PluginFile.IsRunning(file))
                continue;
            DurableFile.Remove(file);
            _replaced.Remove(file);
            yield return file;
        }
    }

    /// <summary>By its content: a file of the same length may have been damaged, or cut short by a full disk.</summary>
    private bool IsWhole(string path)
    {
        var installed = new FileInfo(path);
        if (!installed.Exists || installed.Length != new FileInfo(settings.Source).Length || (installed.UnixFileMode & Mode) != Mode)
            return false;
        if (_verified == (installed.LastWriteTimeUtc, installed.Length))
            return true;
        if (HashOf(path) != _hash)
            return false;
        _verified = (installed.LastWriteTimeUtc, installed.Length);
        return true;
    }

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
