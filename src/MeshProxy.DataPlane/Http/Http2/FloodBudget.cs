using System.Runtime.CompilerServices;

namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>What one direction of a connection may still send of each <see cref="FloodKind"/>.</summary>
internal struct FloodBudget
{
    /// <summary>Buckets are filled at this grain, so that a flood does not pay for a division per frame.</summary>
    private const long GrainMilliseconds = 100;

    private const int Kinds = 7;

    private Tokens _spent;
    private long _refilledAt;

    /// <summary>Takes one; false where the bucket is empty.</summary>
    /// <param name="now">Milliseconds of any clock that does not run backwards.</param>
    public bool TrySpend(FloodKind kind, Http2Limits limits, long now)
    {
        if (now - _refilledAt >= GrainMilliseconds)
            Refill(limits, now);
        ref var spent = ref _spent[(int)kind];
        if (spent >= limits.Limit(kind).Burst)
            return false;
        spent++;
        return true;
    }

    /// <summary>Honest work gives some back.</summary>
    public void Earn(FloodKind kind, int count)
    {
        ref var spent = ref _spent[(int)kind];
        spent = Math.Max(0, spent - count);
    }

    private void Refill(Http2Limits limits, long now)
    {
        // More than any bucket takes; keeps the product within an int.
        var elapsed = Math.Min(now - _refilledAt, 1_000_000);
        for (var kind = 0; kind < Kinds; kind++)
            Earn((FloodKind)kind, (int)(limits.Limit((FloodKind)kind).PerSecond * elapsed / 1000));
        _refilledAt = now;
    }

    [InlineArray(Kinds)]
    private struct Tokens
    {
        private int _first;
    }
}
