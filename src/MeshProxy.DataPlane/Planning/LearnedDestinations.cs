using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Planning;

/// <summary>
/// Destinations whose connections turned out opaque because the server spoke first or nobody did: the next connection there is not asked
/// again. Forgotten after a while, so that a port that changed hands is found out; bounded, and the oldest give way. One per loop, touched
/// by its thread alone, but for the count.
/// </summary>
internal sealed class LearnedDestinations
{
    /// <summary>Far more destinations than a pod talks to; about 100 KiB when full.</summary>
    public const int Capacity = 1024;

    private readonly Dictionary<SocketEndpoint, long> _until = [];
    private readonly Queue<(SocketEndpoint Destination, long Until)> _byAge = new();
    private int _count;

    /// <summary>For a scrape, from any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    public bool Knows(SocketEndpoint destination, long nowMilliseconds)
    {
        if (_count == 0)
            return false;
        Forget(nowMilliseconds);
        return _until.ContainsKey(destination);
    }

    /// <summary>True where this is news.</summary>
    public bool Learn(SocketEndpoint destination, long nowMilliseconds, long forMilliseconds)
    {
        if (!_until.TryAdd(destination, nowMilliseconds + forMilliseconds))
            return false;
        _byAge.Enqueue((destination, nowMilliseconds + forMilliseconds));
        if (_byAge.Count > Capacity)
            _until.Remove(_byAge.Dequeue().Destination);
        Volatile.Write(ref _count, _until.Count);
        return true;
    }

    public void Clear()
    {
        _until.Clear();
        _byAge.Clear();
        Volatile.Write(ref _count, 0);
    }

    /// <summary>
    /// All are remembered for the same time, so the first in the queue is the first to go; settings that change it clear the table.
    /// </summary>
    private void Forget(long nowMilliseconds)
    {
        while (_byAge.TryPeek(out var oldest) && oldest.Until <= nowMilliseconds)
            _until.Remove(_byAge.Dequeue().Destination);
        Volatile.Write(ref _count, _until.Count);
    }
}
