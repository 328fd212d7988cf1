using System.Collections.Immutable;

namespace MeshProxy.Netfilter;

/// <summary>What <see cref="Redirect"/> did or found.</summary>
public sealed record RedirectOutcome(RedirectState State, RedirectBackend Backend)
{
    /// <summary>Names the configuration in force: equal for equal rules.</summary>
    public string Hash { get; init; } = "";

    /// <summary>What is not as it should be and yet no failure, a line each.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>What a check found to differ, a line each: <c>- </c> is missing, <c>+ </c> is too much.</summary>
    public ImmutableArray<string> Differences { get; init; } = [];

    /// <summary>The conntrack timeouts that were asked for.</summary>
    public ImmutableArray<TimeoutChange> Timeouts { get; init; } = [];

    /// <summary>The self-test's connections; none where it did not run.</summary>
    public ImmutableArray<ProbeReport> Probes { get; init; } = [];

    /// <summary>The rules in force with their counters, in order; read only by <see cref="Redirect.Inspect"/>.</summary>
    public ImmutableArray<RuleCount> Rules { get; init; } = [];

    /// <summary>Set only where <see cref="State"/> is <see cref="RedirectState.Failed"/>.</summary>
    public NetfilterFailure? Failure { get; init; }
}
