namespace MeshProxy.Transport.Loops;

/// <summary>A loop's blocks. Only a direction whose receiver is slower than its sender holds one; a few are kept for the next.</summary>
internal sealed class BlockPool
{
    private const int Kept = 16;

    private readonly Stack<Block> _free = new(Kept);

    public int Rented { get; private set; }

    public Block Rent()
    {
        Rented++;
        return _free.TryPop(out var block) ? block : new Block();
    }

    public void Return(Block block)
    {
        Rented--;
        if (_free.Count < Kept)
            _free.Push(block);
        else
            block.Free();
    }

    public void FreeAll()
    {
        while (_free.TryPop(out var block))
            block.Free();
    }
}
