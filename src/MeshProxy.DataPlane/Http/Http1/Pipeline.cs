using System.Diagnostics.CodeAnalysis;

namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// Requests whose answer has not ended, oldest first (RFC 9112 §9.3.2). A full pipeline holds the client back; nothing is dropped.
/// </summary>
/// <remarks>
/// Hardly any client sends a request before the last one is answered, so one has its place here, and a ring is made for those that do: it
/// costs them 664 bytes once, and the others nothing, neither in memory nor in cache lines that a turning ring touches.
/// </remarks>
internal struct Pipeline
{
    public const int Depth = 16;

    private Exchange _single;
    private Exchange[]? _ring;
    private int _first;

    public int Count { get; private set; }

    public readonly bool IsFull => Count == Depth;

    /// <summary>Only while <see cref="Count"/> is not 0.</summary>
    [UnscopedRef]
    public ref Exchange Oldest => ref _ring is null ? ref _single : ref _ring[_first];

    /// <summary>Only while <see cref="Count"/> is not 0.</summary>
    [UnscopedRef]
    public ref Exchange Newest => ref _ring is null ? ref _single : ref _ring[(_first + Count - 1) % Depth];

    public void Add(in Exchange exchange)
    {
        if (Count == 1 && _ring is null)
            MakeRing();
        Count++;
        Newest = exchange;
    }

    public void RemoveOldest()
    {
        _first = (_first + 1) % Depth;
        Count--;
    }

    private void MakeRing()
    {
        _ring = new Exchange[Depth];
        _ring[_first] = _single;
    }
}
