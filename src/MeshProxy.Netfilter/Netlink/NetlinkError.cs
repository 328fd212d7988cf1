namespace MeshProxy.Netfilter.Netlink;

/// <summary>The kernel's refusal of a message.</summary>
/// <param name="Sequence">Of the message refused.</param>
/// <param name="Explanation">The kernel's own words; often empty.</param>
/// <param name="Offset">Where in the message the attribute begins that it dislikes; 0 where it does not say.</param>
internal readonly record struct NetlinkError(uint Sequence, int Errno, string Explanation, int Offset);
