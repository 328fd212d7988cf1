using System.Runtime.InteropServices;

namespace MeshProxy.Transport.Linux;

/// <summary>epoll(7) and the eventfd(2) that wakes it.</summary>
internal static unsafe partial class EpollCalls
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    public static IoResult Create() => IoResult.From(epoll_create1(CloseOnExec));

    public static IoResult Control(int epoll, EpollOperation operation, int descriptor, PollEvents events, ulong data)
    {
        var record = stackalloc byte[EpollBatch.MaxRecordSize];
        EpollBatch.Write(record, events, data);
        return IoResult.From(epoll_ctl(epoll, (int)operation, descriptor, record));
    }

    /// <summary>A timeout of -1 waits for ever, 0 not at all; else milliseconds, rounded up by the kernel.</summary>
    public static IoResult Wait(int epoll, byte* records, int capacity, int timeoutMilliseconds) =>
        IoResult.From(epoll_wait(epoll, records, capacity, timeoutMilliseconds));

    public static IoResult CreateEvent() => IoResult.From(eventfd(0, CloseOnExec | NonBlocking));

    /// <summary>Adds one to the event's counter; EAGAIN (the counter is full) means the loop is awake already.</summary>
    public static void Signal(int eventDescriptor)
    {
        ulong one = 1;
        _ = write(eventDescriptor, &one, sizeof(ulong));
    }

    public static void Drain(int eventDescriptor)
    {
        ulong count;
        _ = read(eventDescriptor, &count, sizeof(ulong));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, void* record);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, void* records, int capacity, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, void* buffer, nuint count);
}
