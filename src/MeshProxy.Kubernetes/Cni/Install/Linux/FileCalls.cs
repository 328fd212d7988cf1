using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MeshProxy.Kubernetes.Cni.Install.Linux;

/// <summary>What .NET's files lack: owners, the exchange of two names, and a folder's own durability.</summary>
internal static partial class FileCalls
{
    private const int CurrentFolder = -100;     // AT_FDCWD
    private const uint Basic = 0x7ff;           // STATX_BASIC_STATS
    private const int StatxLength = 256;
    private const int UidAt = 20;               // struct statx has one layout everywhere (statx(2))
    private const int GidAt = 24;
    private const uint Exchange = 2;            // RENAME_EXCHANGE
    private const int ReadOnlyFolder = 0x80000; // O_RDONLY | O_CLOEXEC; O_DIRECTORY differs between architectures and is not needed
    private const int AppendOrCreate = 0x80441; // O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
    private const uint ReadByAll = 0x1a4;       // rw-r--r--, less what the umask takes

    /// <exception cref="IOException">The file cannot be looked at.</exception>
    public static (uint Uid, uint Gid) OwnerOf(string path)
    {
        Span<byte> status = stackalloc byte[StatxLength];
        Require(statx(CurrentFolder, path, 0, Basic, status), $"the owner of {path} cannot be read");
        return (BinaryPrimitives.ReadUInt32LittleEndian(status[UidAt..]), BinaryPrimitives.ReadUInt32LittleEndian(status[GidAt..]));
    }

    /// <exception cref="IOException">The owner cannot be given.</exception>
    public static void GiveTo(string path, (uint Uid, uint Gid) owner) =>
        Require(chown(path, owner.Uid, owner.Gid), $"{path} cannot be given to user {owner.Uid}, group {owner.Gid}");

    /// <summary>In one step: each name has what the other had.</summary>
    /// <returns>False where the file system cannot do that.</returns>
    /// <exception cref="IOException">It failed for another reason.</exception>
    public static bool TryExchange(string one, string other)
    {
        if (renameat2(CurrentFolder, one, CurrentFolder, other, Exchange) == 0)
            return true;
        const int Invalid = 22; // EINVAL
        const int NoSuchCall = 38; // ENOSYS
        if (Marshal.GetLastPInvokeError() is Invalid or NoSuchCall)
            return false;
        Require(-1, $"{one} and {other} cannot be exchanged");
        return false;
    }

    /// <summary>Whatever is written goes to the end, in one piece (open(2), O_APPEND), which no mode of .NET's files does.</summary>
    /// <exception cref="IOException">The file cannot be opened or made.</exception>
    public static SafeFileHandle OpenToAppend(string path)
    {
        var fd = open(path, AppendOrCreate, ReadByAll);
        Require(fd, $"{path} cannot be opened");
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>A rename survives a power cut only when its folder was synced (fsync(2)).</summary>
    /// <exception cref="IOException">The folder cannot be synced.</exception>
    public static void Sync(string folder)
    {
        var fd = open(folder, ReadOnlyFolder, 0);
        Require(fd, $"{folder} cannot be opened");
        var result = fsync(fd);
        var errno = Marshal.GetLastPInvokeError();
        _ = close(fd);
        Marshal.SetLastPInvokeError(errno);
        Require(result, $"{folder} cannot be synced");
    }

    private static void Require(int result, string otherwise)
    {
        if (result >= 0)
            return;
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        throw new IOException($"{otherwise}: {cause.Message}", cause);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint uid, uint gid);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
