namespace MeshProxy.Transport.Loops;

/// <summary>
/// A loop's pipes. A direction borrows one while bulk is under way and gives it back the moment it is empty and the socket has no more. The
/// kernel grants a user 64 MiB of pipe buffers (pipe-user-pages-soft), and each pipe costs two descriptors: hence the bound.
/// </summary>
internal sealed class PipePool(int capacity)
{
    private readonly Stack<SplicePipe> _free = new();
    private int _created;

    public SplicePipe? TryRent()
    {
        if (_free.TryPop(out var pipe))
            return pipe;
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

    public void CloseAll()
    {
        while (_free.TryPop(out var pipe))
            pipe.Close();
    }
}
