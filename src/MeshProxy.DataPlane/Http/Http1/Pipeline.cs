using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// Requests whose answer has not ended, oldest first (RFC 9112 §9.3.2). A full pipeline holds the client back; nothing is dropped.
/// </summary>
internal struct Pipeline
{
    public const int Depth = 16;

    private Slots _slots;
    private int _first;

    public int Count { get; private set; }

    public readonly bool IsFull => Count == Depth;

    /// <summary>Only while <see cref="Count"/> is not 0.</summary>
    [UnscopedRef]
    public ref Exchange Oldest => ref _slots[_first];

    /// <summary>Only while <see cref="Count"/> is not 0.</summary>
    [UnscopedRef]
    public ref Exchange Newest => ref _slots[(_first + Count - 1) % Depth];

    public void Add(in Exchange exchange)
    {
        Count++;
        Newest = exchange;
    }

    public void RemoveOldest()
    {
        _first = (_first + 1) % Depth;
        Count--;
    }

    [InlineArray(Depth)]
    private struct Slots
    {
        private Exchange _first;
    }
}
