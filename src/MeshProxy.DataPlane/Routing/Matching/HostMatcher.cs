using System.Collections.Immutable;

namespace MeshProxy.DataPlane.Routing.Matching;

/// <summary>Host names, exact or <c>*.suffix</c>, without case and without port. An asterisk stands for one label or more.</summary>
internal sealed class HostMatcher(ImmutableArray<string> hosts)
{
    public bool Matches(string host)
    {
        if (hosts.IsEmpty)
            return true;
        foreach (var wanted in hosts)
        {
            if (wanted[0] == '*' ? EndsWith(host, wanted.AsSpan(1)) : host.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static bool EndsWith(string host, ReadOnlySpan<char> suffix) =>
        host.Length > suffix.Length && host.AsSpan().EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
}
