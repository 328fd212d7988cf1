using System.Collections.Immutable;

namespace MeshProxy.Netfilter.Leftovers;

/// <summary>Rules of another mesh in the namespace: two redirects in one pod are one too many.</summary>
internal static class ForeignRules
{
    public static ImmutableArray<Leftover> In(ImmutableArray<Leftover> leftovers) =>
        leftovers.RemoveAll(l => l.Owner == LeftoverOwner.MeshProxy);

    /// <returns>Null where there are none.</returns>
    public static NetfilterFailure? ConflictIn(ImmutableArray<Leftover> leftovers)
    {
        var foreign = In(leftovers);
        return foreign.IsEmpty ? null : new NetfilterFailure(
            FailureKind.Conflict,
            $"{foreign[0].Owner}'s rules redirect this namespace already: {string.Join(", ", foreign.AsEnumerable())}",
            "run meshproxy init --replace to remove them, or take that mesh's init container or CNI plugin off the pod");
    }
}
