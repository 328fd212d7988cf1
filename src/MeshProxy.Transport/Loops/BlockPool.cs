using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Loops;

/// <summary>A loop's blocks. Only a direction whose receiver is slower than its sender holds one; a few are kept for the next.</summary>
internal sealed class BlockPool
{
    private const int Kept = 16;

    private readonly Stack<Block> _free = new(Kept);
    private int _leastFree;
    private int _freed;

    public bool HasFree => _free.Count > 0;

    public int Rented { get; private set; }

    public Block Rent()
    {
        Rented++;
        if (!_free.TryPop(out var block))
            return new Block();
        _leastFree = Math.Min(_leastFree, _free.Count);
        return block;
    }

    public void Return(Block block)
    {
        Rented--;
        if (_free.Count < Kept)
            _free.Push(block);
        else
            Free(block);
    }

    /// <summary>Frees as many as nobody has needed since the last time; after the last one what they took goes back to the system.</summary>
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
