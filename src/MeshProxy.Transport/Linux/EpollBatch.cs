using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MeshProxy.Transport.Linux;

/// <summary>
/// The buffer epoll_wait fills. struct epoll_event is packed to 12 bytes on x64 alone;
/// everywhere else it is 16 (eventpoll.h, EPOLL_PACKED).
/// </summary>
internal sealed unsafe class EpollBatch : IDisposable
{
    public const int MaxRecordSize = 16;

    /// <summary>Events per wait. More only lengthens the time until timers and the other sockets get their turn.</summary>
    public const int Capacity = 256;

    private static readonly int RecordSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = RecordSize - sizeof(ulong);

    private readonly byte* _records = (byte*)NativeMemory.Alloc(Capacity * MaxRecordSize);

    public IoResult Wait(int epoll, int timeoutMilliseconds) => EpollCalls.Wait(epoll, _records, Capacity, timeoutMilliseconds);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PollEvents Events(int index) => *(PollEvents*)(_records + index * RecordSize);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Data(int index) => Unsafe.ReadUnaligned<ulong>(_records + index * RecordSize + DataOffset);

    public static void Write(byte* record, PollEvents events, ulong data)
    {
        *(PollEvents*)record = events;
        Unsafe.WriteUnaligned(record + DataOffset, data);
    }

    public void Dispose() => NativeMemory.Free(_records);
}
