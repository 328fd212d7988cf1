using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MeshProxy.Netfilter.Linux;

/// <summary>
/// Work inside another network namespace. A namespace belongs to a thread, so the work gets a thread of its own, which ends with it and
/// never returns to a pool: sockets opened and programs started there belong to that namespace. setns(2) takes CAP_SYS_ADMIN.
/// </summary>
public static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x4000_0000;

    /// <exception cref="NetfilterException">The namespace cannot be entered.</exception>
    public static T Run<T>(string? path, Func<T> work)
    {
        return path is null ? work() : OnOwnThread(() => Enter(path), work);
    }

    /// <summary>In a namespace made for the work, which ends with it. unshare(2) takes CAP_SYS_ADMIN.</summary>
    /// <exception cref="NetfilterException">No namespace can be made.</exception>
    public static T RunInNew<T>(Func<T> work) => OnOwnThread(Leave, work);

    private static T OnOwnThread<T>(Action enter, Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                enter();
                result = work();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return result;
    }

    private static void Enter(string path)
    {
        using var handle = Open(path);
        if (setns((int)handle.DangerousGetHandle(), CloneNewNet) != 0)
            throw Refused(path, Marshal.GetLastPInvokeError());
    }

    private static void Leave()
    {
        if (unshare(CloneNewNet) != 0)
            throw NetfilterErrors.Of(Marshal.GetLastPInvokeError(), "making a network namespace");
    }

    private static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NetfilterException(FailureKind.OperatingSystem, $"network namespace {path} cannot be opened: {e.Message}");
        }
    }

    private static NetfilterException Refused(string path, int errno) => errno switch
    {
        1 => new NetfilterException(
            FailureKind.Permission, $"network namespace {path} cannot be entered: that takes CAP_SYS_ADMIN",
            "run as root, or inside the namespace without --netns"),
        22 => new NetfilterException(
            FailureKind.BadValue, $"{path} is not a network namespace", "give a path such as /run/netns/NAME or /proc/PID/ns/net"),
        _ => new NetfilterException(
            FailureKind.OperatingSystem, $"network namespace {path} cannot be entered: {Marshal.GetPInvokeErrorMessage(errno)}"),
    };

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int type);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);
}
