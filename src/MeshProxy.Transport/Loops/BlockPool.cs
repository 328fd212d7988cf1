namespace MeshProxy.Transport.Loops;

/// <summary>A loop's blocks. Only a direction whose receiver is slower than its sender holds one; a few are kept for the next.</summary>
internal sealed class BlockPool
{
    private const int Kept = 16;

    private readonly Stack<Block> _free = new(Kept);
    private int _leastFree;

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
            block.Free();
    }

    /// <summary>Frees as many as nobody has needed since the last time.</summary>
    public void Trim()
    {
        for (; _leastFree > 0; _leastFree--)
            _free.Pop().Free();
        _leastFree = _free.Count;
    }

    public void FreeAll()
    {
        while (_free.TryPop(out var block))
            block.Free();
    }
}
