namespace MeshProxy.DataPlane.Egress;

/// <summary>
/// For each range of addresses, the networks it lies in, most specific first, as linked lists that share their tails: what encloses two
/// ranges is stored once.
/// </summary>
internal sealed class CandidateChains
{
    public const int None = -1;

    private readonly List<Candidate> _candidates = [];

    public int Network(int candidate) => _candidates[candidate].Network;

    public int Next(int candidate) => _candidates[candidate].Next;

    public int Add(int network, int block, int next)
    {
        _candidates.Add(new Candidate(network, block, next));
        return _candidates.Count - 1;
    }

    /// <summary>The same chain without one block; what stands behind that block is shared.</summary>
    public int Without(int chain, int block)
    {
        var before = new Stack<Candidate>();
        var at = chain;
        while (at != None && _candidates[at].Block != block)
        {
            before.Push(_candidates[at]);
            at = _candidates[at].Next;
        }
        if (at == None)
            return chain;
        var rest = _candidates[at].Next;
        while (before.TryPop(out var kept))
            rest = Add(kept.Network, kept.Block, rest);
        return rest;
    }

    private readonly record struct Candidate(int Network, int Block, int Next);
}
