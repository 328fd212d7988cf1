using System.Collections.Immutable;
using MeshProxy.Netfilter;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>The redirect of a pod's namespace, with failures as CNI error objects.</summary>
internal static class PodRedirect
{
    private const string OwnNamespace = "/proc/thread-self/ns/net";

    /// <summary>Puts it in force and proves it.</summary>
    /// <returns>What is worth a line in the log.</returns>
    /// <exception cref="CniException">It is not in force.</exception>
    public static ImmutableArray<string> Apply(string networkNamespace, RedirectConfig config)
    {
        RequirePod(networkNamespace);
        var outcome = Redirect.Apply(config, new RedirectOptions(NetworkNamespace: networkNamespace));
        if (outcome.Failure is { } failure)
            throw new CniException(ErrorOf(failure, CniErrorCode.NotRedirected, outcome));
        var done = outcome.State == RedirectState.Applied ? "redirected" : "was redirected already";
        return [$"{done}, config {outcome.Hash}", .. outcome.Warnings];
    }

    /// <exception cref="CniException">What is in force is not what is asked for.</exception>
    public static void Check(string networkNamespace, RedirectConfig config)
    {
        RequirePod(networkNamespace);
        var outcome = Redirect.Check(config, new RedirectOptions(NetworkNamespace: networkNamespace));
        if (outcome.Failure is { } failure)
            throw new CniException(ErrorOf(failure, CniErrorCode.RulesDiffer, outcome));
    }

    /// <returns>What is worth a line in the log.</returns>
    public static string Remove(string networkNamespace)
    {
        RequirePod(networkNamespace);
        var outcome = Redirect.Cleanup(new RedirectOptions(NetworkNamespace: networkNamespace));
        return outcome.Failure?.ToString()
            ?? (outcome.State == RedirectState.Removed ? "the redirect was removed" : "there was no redirect");
    }

    /// <summary>Tries it in a namespace made for that, which ends with the call.</summary>
    /// <exception cref="CniException">No pod could be redirected on this node.</exception>
    public static void Probe()
    {
        var failure = FailureOf(() => NetworkNamespace.RunInNew(
            () => Redirect.Apply(new RedirectConfig(), new RedirectOptions(SelfTest: false)).Failure));
        if (failure is not null)
            throw new CniException(CniErrorCode.NotAvailable, failure.Cause);
    }

    private static NetfilterFailure? FailureOf(Func<NetfilterFailure?> work)
    {
        try
        {
            return work();
        }
        catch (NetfilterException e)
        {
            return e.Failure;
        }
    }

    /// <summary>Redirecting the node's own connections would cut it off. Namespaces are one where their inode numbers are.</summary>
    private static void RequirePod(string path)
    {
        var own = new FileInfo(OwnNamespace).LinkTarget;
        if (Reached(path) == own)
            throw new CniException(CniErrorCode.BadNamespace, $"CNI_NETNS is {path}, which is the node's own network namespace");
    }

    private static string? Reached(string path)
    {
        try
        {
            return NetworkNamespace.Run(path, () => new FileInfo(OwnNamespace).LinkTarget);
        }
        catch (NetfilterException e)
        {
            var code = e.Failure.Kind == FailureKind.Permission ? CniErrorCode.Permission : CniErrorCode.BadNamespace;
            throw new CniException(code, e.Failure.Cause);
        }
    }

    private static CniError ErrorOf(NetfilterFailure failure, CniErrorCode checkFailed, RedirectOutcome outcome)
    {
        var details = string.Join('\n', outcome.Differences.Concat(outcome.Warnings).Concat(outcome.Probes.Select(p => p.ToString())));
        return failure.Kind switch
        {
            FailureKind.BadValue => CniError.Of(CniErrorCode.BadAnnotation, failure.Cause, details),
            FailureKind.Unsupported => CniError.Of(CniErrorCode.KernelLacksFeature, failure.Cause, details),
            FailureKind.NoIpv6 => CniError.Of(CniErrorCode.NoIpv6, failure.Cause, details),
            FailureKind.Permission => CniError.Of(CniErrorCode.Permission, failure.Cause, details),
            FailureKind.Conflict => CniError.Of(CniErrorCode.ForeignRules, failure.Cause, details),
            FailureKind.CheckFailed => CniError.Of(checkFailed, failure.Cause, details),
            _ => CniError.Of(CniErrorCode.KernelRefused, failure.Cause, details),
        };
    }
}
