using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Loops;

/// <summary>A loop's blocks. Only a direction whose receiver is slower than its sender holds one; a few are kept for the next.</summary>
/// <param name="limit">More than this may be rented for a turn only: then <see cref="TakeLongestHolder"/> names who gives way.</param>
internal sealed class BlockPool(int limit = int.MaxValue)
{
    private const int Kept = 16;

    private readonly LinkedList<Block> _rented = [];

    private readonly Stack<Block> _free = new(Kept);
    private int _leastFree;
    private int _freed;

    public bool HasFree => _free.Count > 0;

    public int Rented => _rented.Count;

    /// <param name="holder">The receiver that is too slow.</param>
    public Block Rent(LoopSocket holder)
    {
        if (_free.TryPop(out var block))
            _leastFree = Math.Min(_leastFree, _free.Count);
        else
            block = new Block();
        block.Holder = holder;
        _rented.AddLast(block.Place ??= new LinkedListNode<Block>(block));
        return block;
    }

    /// <summary>The holder has taken something: it has waited least.</summary>
    public void Progressed(Block block)
    {
        _rented.Remove(block.Place!);
        _rented.AddLast(block.Place!);
    }

    /// <summary>Who has taken nothing for longest, while too many blocks are rented. It is named once.</summary>
    public LoopSocket? TakeLongestHolder()
    {
        if (Rented <= limit)
            return null;
        for (var place = _rented.First; place is not null; place = place.Next)
        {
            if (place.Value.Holder is not { } holder)
                continue;
            place.Value.Holder = null;
            return holder;
        }
        return null;
    }

    public void Return(Block block)
    {
        block.Holder = null;
        _rented.Remove(block.Place!);
        if (_free.Count < Kept)
            _free.Push(block);
        else
            Free(block);
    }

    /// <summary>
    /// Frees as many as nobody has needed since the last time; after the last one what they took goes back to the system.
    /// </summary>
    public void Trim()
    {
        for (; _leastFree > 0; _leastFree--)
            Free(_free.Pop());
        _leastFree = _free.Count;
        if (_leastFree > 0 || _freed < Kept)
            return;
        _freed = 0;
        NativeHeap.Trim();
    }

    public void FreeAll()
    {
        while (_free.TryPop(out var block))
            block.Free();
    }

    private void Free(Block block)
    {
        block.Free();
        _freed++;
    }
}
