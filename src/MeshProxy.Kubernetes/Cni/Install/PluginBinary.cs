using System.Security.Cryptography;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>The plugin's executable on the node. Calls that run the one before keep it, for a rename leaves its content alone.</summary>
internal sealed class PluginBinary(InstallSettings settings)
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private byte[]? _hash;
    private (DateTime Written, long Length) _verified;

    public string Path => settings.BinaryPath;

    /// <returns>False where it was there already.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool Install()
    {
        if (IsInstalled())
            return false;
        DurableFile.RemoveLeftovers(settings.BinaryFolder);
        using var source = File.OpenRead(settings.Source);
        DurableFile.Write(Path, source.CopyTo, Mode);
        return true;
    }

    /// <summary>By its content: a file of the same length may be of another release, or cut short by a full disk.</summary>
    private bool IsInstalled()
    {
        var installed = new FileInfo(Path);
        if (!installed.Exists || installed.Length != new FileInfo(settings.Source).Length || (installed.UnixFileMode & Mode) != Mode)
            return false;
        if (_verified == (installed.LastWriteTimeUtc, installed.Length))
            return true;
        _hash ??= HashOf(settings.Source);
        if (!HashOf(Path).AsSpan().SequenceEqual(_hash))
            return false;
        _verified = (installed.LastWriteTimeUtc, installed.Length);
        return true;
    }

    private static byte[] HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return SHA256.HashData(stream);
    }
}
