using System.Globalization;
using System.Text;
using MeshProxy.Kubernetes.Cni.Install.Linux;

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

    /// <summary>Never throws: what could not be said is lost.</summary>
    public void Write(string message)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var line = $"{now} meshproxy cni: {CniError.OneLine(message)}\n";
        Say(line);
        if (File is not { } file)
            return;
        try
        {
            RotateIfLong(file);
            Append(file, Encoding.UTF8.GetBytes(line));
        }
        catch (Exception e)
        {
            Say($"meshproxy cni: {file} cannot be written: {e.Message}\n");
        }
    }

    private void Say(string line)
    {
        try
        {
            error.Write(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Nobody listens.
        }
    }

    /// <summary>In one write(2) at the end that the file has at that moment, so that calls beside each other lose no line.</summary>
    private static void Append(string file, byte[] line)
    {
        using var handle = FileCalls.OpenToAppend(file);
        RandomAccess.Write(handle, line, fileOffset: 0); // pwrite(2) of O_APPEND knows no offset.
    }

    /// <summary>
    /// By one call at a time, which holds <c>FILE.lock</c>: a second would rotate the new file over the old. Whoever comes while another
    /// rotates, does not.
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
