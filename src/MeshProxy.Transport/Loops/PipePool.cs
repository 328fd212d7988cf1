namespace MeshProxy.Transport.Loops;

/// <summary>
/// A loop's pipes. A direction borrows one while bulk is under way and gives it back the moment it is empty and the socket has no more. The
/// kernel grants a user 64 MiB of pipe buffers (pipe-user-pages-soft), and each pipe costs two descriptors: hence the bound.
/// </summary>
internal sealed class PipePool(int capacity)
{
    private readonly Stack<SplicePipe> _free = new();
    private int _created;
    private int _leastFree;

    public bool HasFree => _free.Count > 0;

    public int Rented => _created - _free.Count;

    public SplicePipe? TryRent()
    {
        if (_free.TryPop(out var pipe))
        {
            _leastFree = Math.Min(_leastFree, _free.Count);
            return pipe;
        }
        if (_created == capacity || SplicePipe.TryCreate() is not { } created)
            return null;
        _created++;
        return created;
    }

    /// <summary>A pipe with bytes in it (its connection was cut) is closed: nobody else may get them.</summary>
    public void Return(SplicePipe pipe)
    {
        if (pipe.Held == 0)
            _free.Push(pipe);
        else
        {
            pipe.Close();
            _created--;
        }
    }

    /// <summary>Closes as many as nobody has needed since the last time.</summary>
    public void Trim()
    {
        _created -= _leastFree;
        for (; _leastFree > 0; _leastFree--)
            _free.Pop().Close();
        _leastFree = _free.Count;
    }

    public void CloseAll()
    {
        while (_free.TryPop(out var pipe))
            pipe.Close();
    }
}
