using System.Globalization;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>
/// Lines for people: on standard error, which runtimes keep in their own log, and in a file where one is configured. A log that cannot be
/// written is no reason to fail a pod.
/// </summary>
internal sealed class CniLog(TextWriter error, TimeProvider time)
{
    /// <summary>Two files of this size at most: the present one, and the one before it.</summary>
    private const long LongestFile = 1 << 20;

    public string? File { get; set; }

    public void Write(string message)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} meshproxy cni: {CniError.OneLine(message)}\n");
        error.Write(line);
        if (File is not { } file)
            return;
        try
        {
            RotateIfLong(file);
            using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            stream.Write(System.Text.Encoding.UTF8.GetBytes(line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.Write($"meshproxy cni: {file} cannot be written: {e.Message}\n");
        }
    }

    /// <summary>
    /// By one call at a time: a second would rotate the new file over the old. Whoever comes while another rotates, does not.
    /// </summary>
    private static void RotateIfLong(string file)
    {
        if (!IsLong(file))
            return;
        try
        {
            using var alone = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            if (IsLong(file))
                System.IO.File.Move(file, file + ".1", overwrite: true);
        }
        catch (IOException)
        {
            // Another rotates.
        }
    }

    private static bool IsLong(string file) => new FileInfo(file) is { Exists: true, Length: > LongestFile };
}
