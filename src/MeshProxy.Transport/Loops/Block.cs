using System.Runtime.InteropServices;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Loops;

/// <summary>
/// 64 KiB outside the managed heap: system calls need no pinning, and freed blocks go back to the system
/// (<see cref="BlockPool.Trim"/>). 64 KiB is what one recv takes and thereby the bound of what the proxy holds per direction.
/// </summary>
internal sealed unsafe class Block
{
    public const int Size = 64 * 1024;

    private byte* _bytes = (byte*)NativeMemory.AlignedAlloc(Size, 4096);

    /// <summary>Who cannot take what is in it, and the block's place in the order of waiting; the pool's own.</summary>
    internal LoopSocket? Holder { get; set; }

    internal LinkedListNode<Block>? Place { get; set; }

    public byte* Pointer => _bytes;

    public Span<byte> Span => new(_bytes, Size);

    public void Free()
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }
}
