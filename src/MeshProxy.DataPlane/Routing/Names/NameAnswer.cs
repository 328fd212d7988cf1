using System.Collections.Immutable;
using System.Net;

namespace MeshProxy.DataPlane.Routing.Names;

/// <summary>What came of asking for a name's addresses.</summary>
/// <param name="Addresses">Empty where there are none, or where nobody could tell.</param>
/// <param name="Ttl">For how long the answer holds: that there are none too. Null where nobody could tell.</param>
/// <param name="Cause">Why there are none, for the log.</param>
internal readonly record struct NameAnswer(ImmutableArray<IPAddress> Addresses, TimeSpan? Ttl, string Cause)
{
    public static NameAnswer Failed(string cause) => new([], null, cause);
}
