namespace MeshProxy.Transport.Loops;

/// <summary>
/// A deadline in a loop's wheel. The owner embeds one and arms it again and again; arming costs two pointer writes and no allocation.
/// Coarse by design: it fires in the tick after its deadline, never before.
/// </summary>
public abstract class LoopTimer
{
    internal LoopTimer? Next;
    internal LoopTimer? Previous;
    internal int List = -1;

    /// <summary>In the loop's milliseconds; meaningful while armed.</summary>
    public long Deadline { get; internal set; }

    public bool IsArmed => List >= 0;

    protected internal abstract void OnExpired();

    /// <summary>
    /// Called after <see cref="OnExpired"/> threw, which is a bug: ends the connection whose timer it is, so that it holds nothing.
    /// </summary>
    protected internal virtual void OnFault() { }
}
