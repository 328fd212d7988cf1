using MeshProxy.Kubernetes.Cni.Install.Linux;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// Files that are whole at every moment, whoever is killed: written beside, synced, then renamed. What a killed one leaves beside is
/// known by its name (<see cref="BesideName"/>), and no runtime reads it.
/// </summary>
internal static class DurableFile
{
    /// <summary>Over whatever is there.</summary>
    /// <exception cref="IOException">It cannot be written; nothing has changed.</exception>
    public static void Write(string path, Action<Stream> content, UnixFileMode mode)
    {
        var beside = BesideName.For(path);
        WriteBeside(beside, content, mode);
        File.Move(beside, path, overwrite: true);
        FileCalls.Sync(FolderOf(path));
    }

    /// <summary>A symbolic link, over whatever is there.</summary>
    /// <exception cref="IOException">It cannot be made; nothing has changed.</exception>
    public static void Link(string path, string target)
    {
        var beside = BesideName.For(path);
        File.CreateSymbolicLink(beside, target);
        File.Move(beside, path, overwrite: true);
        FileCalls.Sync(FolderOf(path));
    }

    /// <summary>Only where it still has the content that the new one was made from. Keeps its mode and owner.</summary>
    /// <returns>False where somebody else wrote it meanwhile; then theirs is in place.</returns>
    /// <exception cref="IOException">It cannot be written; nothing has changed.</exception>
    public static bool TryReplace(string path, ReadOnlySpan<byte> expected, byte[] content)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var beside = BesideName.ForExchange(target, content);
        WriteBeside(beside, stream => stream.Write(content), File.GetUnixFileMode(target));
        try
        {
            FileCalls.GiveTo(beside, FileCalls.OwnerOf(target));
            if (!Read(target).AsSpan().SequenceEqual(expected))
                return false;
            var replaced = Swap(beside, target, expected, content);
            FileCalls.Sync(FolderOf(target));
            return replaced;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>What is there at this moment. (File.ReadAllBytes throws where somebody truncates the file while it reads.)</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }

    /// <exception cref="IOException">It cannot be removed.</exception>
    public static void Remove(string path)
    {
        File.Delete(path);
        FileCalls.Sync(FolderOf(path));
    }

    /// <exception cref="IOException">It cannot be renamed.</exception>
    public static void Rename(string path, string name)
    {
        File.Move(path, name, overwrite: true);
        FileCalls.Sync(FolderOf(path));
    }

    /// <exception cref="IOException">Nothing can be written to this folder.</exception>
    public static void TryOut(string folder)
    {
        var beside = BesideName.For(Path.Combine(folder, "trial"));
        WriteBeside(beside, _ => { }, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Delete(beside);
    }

    /// <summary>What one left beside that was killed while it wrote. Where lists are: <see cref="ExchangeLeftovers"/>.</summary>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var leftover in BesideName.AllIn(folder))
            File.Delete(leftover);
    }

    /// <summary>
    /// What comes out of an exchange is what nobody wrote after it was read. Where it is something else, somebody wrote in between: the
    /// very file they wrote, or still write, gets its name back.
    /// </summary>
    private static bool Swap(string beside, string target, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> content)
    {
        if (!FileCalls.TryExchange(beside, target))
        {
            File.Move(beside, target, overwrite: true);
            return true;
        }
        var cameOut = Read(beside);
        if (cameOut.AsSpan().SequenceEqual(expected))
            return true;
        for (var put = content; ;)
        {
            FileCalls.TryExchange(beside, target);
            var after = Read(beside);
            if (after.AsSpan().SequenceEqual(put))
                return false;
            put = cameOut;
            cameOut = after;
        }
    }

    private static void WriteBeside(string beside, Action<Stream> content, UnixFileMode mode)
    {
        using var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        try
        {
            content(stream);
            File.SetUnixFileMode(stream.SafeFileHandle, mode);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
}
