using System.Collections.Concurrent;

namespace MeshProxy.PodTests.Lifecycle.Load;

/// <summary>What clients saw; shared by all of a cycle.</summary>
internal sealed class Tally
{
    private int _answered;
    private int _repeated;
    private int _told;

    public int Answered => _answered;

    /// <summary>
    /// Requests on a kept-alive connection that had just been closed: repeated on a new one, as clients do (RFC 9112 §9.3.1).
    /// </summary>
    public int Repeated => _repeated;

    /// <summary>Answers that said close.</summary>
    public int Told => _told;

    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>TimeProvider timestamp of the last byte that anybody got.</summary>
    public long LastByteAt { get; private set; }

    public void Answer()
    {
        Interlocked.Increment(ref _answered);
        LastByteAt = TimeProvider.System.GetTimestamp();
    }

    public void Repeat() => Interlocked.Increment(ref _repeated);

    public void Tell() => Interlocked.Increment(ref _told);
}
