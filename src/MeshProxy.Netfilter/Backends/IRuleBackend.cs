using System.Collections.Immutable;
using MeshProxy.Netfilter.Leftovers;

namespace MeshProxy.Netfilter.Backends;

/// <summary>A way to put the rules into the kernel of the calling thread's network namespace.</summary>
internal interface IRuleBackend
{
    /// <summary>Puts the rules in force where they are not, and takes the leftovers away.</summary>
    /// <exception cref="NetfilterException">They are not in force.</exception>
    RuleChange Apply(RedirectConfig config, ImmutableArray<Leftover> leftovers);

    /// <summary>What differs between what is in force and what the configuration asks for; empty where nothing does.</summary>
    /// <exception cref="NetfilterException">The rules cannot be read.</exception>
    ImmutableArray<string> Differences(RedirectConfig config);
}
