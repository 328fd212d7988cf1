using System.Collections.Immutable;
using MeshProxy.Netfilter.Backends;
using MeshProxy.Netfilter.Conntrack;
using MeshProxy.Netfilter.Leftovers;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;
using MeshProxy.Netfilter.SelfTest;

namespace MeshProxy.Netfilter;

/// <summary>
/// Puts the redirect of a network namespace in force, looks whether it is, and takes it away. Synchronous; may be called from any thread.
/// What goes wrong is in the outcome; exceptions are bugs.
/// </summary>
public static class Redirect
{
    /// <summary>
    /// 1. The configuration makes sense. 2. Nobody else redirects here. 3. Conntrack timeouts: the most likely to be refused, and harmless
    /// alone. 4. The rules, in one transaction. 5. The self-test; where it fails, the rules stay.
    /// </summary>
    public static RedirectOutcome Apply(RedirectConfig config, RedirectOptions options) => Run(options, socket =>
    {
        Validate(config);
        using var alone = NamespaceLock.Take();
        RedirectSelfTest.RequireIpv6(config);
        var leftovers = LeftoversBeside(socket, options);
        if (!options.Replace && ForeignRules.ConflictIn(leftovers) is { } conflict)
            throw new NetfilterException(conflict);
        var outcome = SetTimeouts(socket, config, options);
        var change = BackendOf(socket, options).Apply(config, leftovers);
        outcome = outcome with
        {
            State = change.Changed ? RedirectState.Applied : RedirectState.AlreadyConfigured,
            Hash = change.Hash,
            Warnings = outcome.Warnings.AddRange(change.Warnings),
        };
        return options.SelfTest ? Proven(socket, outcome, change.InForce) : outcome;
    });

    /// <summary>Compares what is in force with what the configuration asks for; changes nothing.</summary>
    public static RedirectOutcome Check(RedirectConfig config, RedirectOptions options) => Run(options, socket =>
    {
        Validate(config);
        ImmutableArray<string> differences =
        [
            .. BackendOf(socket, options).Differences(config),
            .. TimeoutSetter.Differences(socket, config.Timeouts),
            .. ForeignRules.In(AllLeftovers(socket)).Select(l => $"+ {l.Owner}'s {l}"),
        ];
        var outcome = new RedirectOutcome(RedirectState.InForce, options.Backend) { Differences = differences };
        return differences.IsEmpty ? outcome : outcome with
        {
            State = RedirectState.Failed,
            Failure = new NetfilterFailure(
                FailureKind.CheckFailed,
                $"what is in force differs from what was asked for, in {differences.Length} places: {differences[0]}",
                "run meshproxy init with the same options"),
        };
    });

    /// <summary>
    /// Proves by connections of this process, which must not run as the proxy's user, that somebody has redirected this namespace. Takes no
    /// capability, and so sees no rules.
    /// </summary>
    public static RedirectOutcome Prove(RedirectConfig config)
    {
        var outcome = new RedirectOutcome(RedirectState.InForce, RedirectBackend.Netlink) { Probes = RedirectSelfTest.RunAsApp(config) };
        var failed = outcome.Probes.Where(p => p.Verdict == ProbeVerdict.Failed).Select(p => $"{p.Direction} {p.Family}: {p.Detail}")
            .ToArray();
        if (outcome.Probes.All(p => p.Verdict == ProbeVerdict.Skipped))
            outcome = outcome with { Warnings = ["nothing could be proven"] };
        return failed.Length == 0 ? outcome : outcome with
        {
            State = RedirectState.Failed,
            Failure = new NetfilterFailure(
                FailureKind.CheckFailed, $"this pod is not redirected: {string.Join("; ", failed)}",
                "see that the CNI plugin is on this node and chained in its configuration, then delete the pod, so that it is made anew"),
        };
    }

    /// <summary>Judges what is in force by itself, for whoever does not know what was asked for; changes nothing.</summary>
    public static RedirectOutcome Inspect(RedirectOptions options) => Run(options, socket => RedirectInspection.Run(socket, options));

    /// <summary>Removes the rules of every backend. Conntrack timeouts stay: what they were before is not known.</summary>
    public static RedirectOutcome Cleanup(RedirectOptions options) => Run(options, socket =>
    {
        using var alone = NamespaceLock.Take();
        var ours = AllLeftovers(socket).RemoveAll(l => l.Owner != LeftoverOwner.MeshProxy);
        LeftoverRemoval.Remove(socket, ours);
        return new RedirectOutcome(ours.IsEmpty ? RedirectState.Absent : RedirectState.Removed, options.Backend);
    });

    /// <summary>The rules as nft(8) reads them.</summary>
    public static string Text(RedirectConfig config) => NftText.Of(Fingerprint.Named(RedirectRules.Of(config)));

    private static void Validate(RedirectConfig config)
    {
        if (config.Errors() is { IsEmpty: false } errors)
            throw new NetfilterException(FailureKind.BadValue, string.Join("; ", errors));
    }

    private static IRuleBackend BackendOf(NetlinkSocket socket, RedirectOptions options) => options.Backend switch
    {
        RedirectBackend.Netlink => new NfTablesBackend(socket, throughNft: false),
        RedirectBackend.Nft => new NfTablesBackend(socket, throughNft: true),
        RedirectBackend.IptablesNft => new IptablesBackend(socket, legacy: false),
        _ => new IptablesBackend(socket, legacy: true),
    };

    /// <summary>
    /// A node that cannot set them is no reason to keep a pod from running that never asked for any. Without NET_ADMIN the rules fail too.
    /// </summary>
    private static RedirectOutcome SetTimeouts(NetlinkSocket socket, RedirectConfig config, RedirectOptions options)
    {
        var outcome = new RedirectOutcome(RedirectState.Applied, options.Backend);
        var nobodyAsked = config.Timeouts == ConntrackTimeouts.Default;
        try
        {
            return outcome with { Timeouts = TimeoutSetter.Apply(socket, config.Timeouts) };
        }
        catch (NetfilterException e) when (options.BestEffort || (e.Failure.Kind == FailureKind.Unsupported && nobodyAsked))
        {
            return outcome with { Warnings = [e.Failure.ToString()] };
        }
    }

    private static RedirectOutcome Proven(NetlinkSocket socket, RedirectOutcome outcome, RedirectConfig config)
    {
        var probes = RedirectSelfTest.Run(socket, config);
        outcome = outcome with { Probes = probes };
        var failed = probes.Where(p => p.Verdict == ProbeVerdict.Failed).Select(p => $"{p.Direction} {p.Family}: {p.Detail}").ToArray();
        return failed.Length == 0 ? outcome : outcome with
        {
            State = RedirectState.Failed,
            Failure = new NetfilterFailure(
                FailureKind.CheckFailed, $"the rules are in force, but do not redirect: {string.Join("; ", failed)}",
                "look for rules of others in this namespace (nft list ruleset, iptables-legacy-save)"),
        };
    }

    /// <summary>All that redirects here but the rules that the backend in use makes.</summary>
    private static ImmutableArray<Leftover> LeftoversBeside(NetlinkSocket socket, RedirectOptions options) =>
        AllLeftovers(socket).RemoveAll(l => l.Owner == LeftoverOwner.MeshProxy && IsMadeBy(options.Backend, l));

    private static bool IsMadeBy(RedirectBackend backend, Leftover leftover) => backend switch
    {
        RedirectBackend.IptablesLegacy => leftover.Place == LeftoverPlace.Legacy,
        RedirectBackend.IptablesNft => leftover.Place == LeftoverPlace.NfTables && leftover.Chain.Length > 0,
        _ => leftover.Place == LeftoverPlace.NfTables && leftover.Table == RedirectRules.Table,
    };

    private static ImmutableArray<Leftover> AllLeftovers(NetlinkSocket socket) =>
        [.. NfTablesLeftovers.Find(socket), .. LegacyLeftovers.Find()];

    private static RedirectOutcome Run(RedirectOptions options, Func<NetlinkSocket, RedirectOutcome> work)
    {
        try
        {
            return NetworkNamespace.Run(options.NetworkNamespace, () =>
            {
                // One socket for all: closing one waits for the kernel to take apart what its last transaction replaced.
                using var socket = new NetlinkSocket(NetlinkProtocol.Netfilter);
                return work(socket);
            });
        }
        catch (NetfilterException e)
        {
            return Failed(e.Failure);
        }
        catch (NetlinkException e)
        {
            return Failed(NetfilterErrors.Of(e.Errno, "speaking to the kernel over netlink").Failure);
        }

        RedirectOutcome Failed(NetfilterFailure failure) => new(RedirectState.Failed, options.Backend) { Failure = failure };
    }
}
