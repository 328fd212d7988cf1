using MeshProxy.Netfilter.Backends;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter;

/// <summary>Puts the redirect of a network namespace in force, and takes it away. Synchronous; may be called from any thread.</summary>
public static class Redirect
{
    public static RedirectOutcome Apply(RedirectConfig config, RedirectOptions options) => Run(options, () =>
    {
        var rules = RedirectRules.Of(config);
        NftProgram.Apply(rules);
        return new RedirectOutcome(RedirectState.Applied, options.Backend) { Hash = HashOf(rules) };
    });

    public static RedirectOutcome Cleanup(RedirectOptions options) => Run(options, () =>
    {
        NftProgram.Remove(RedirectRules.Table);
        return new RedirectOutcome(RedirectState.Removed, options.Backend);
    });

    /// <summary>The rules as nft(8) reads them.</summary>
    public static string Text(RedirectConfig config) => NftText.Of(RedirectRules.Of(config));

    private static string HashOf(RuleSet rules) => rules.Chains[^1].Name[RedirectRules.HashChainPrefix.Length..];

    private static RedirectOutcome Run(RedirectOptions options, Func<RedirectOutcome> work)
    {
        try
        {
            return NetworkNamespace.Run(options.NetworkNamespace, work);
        }
        catch (NetfilterException e)
        {
            return new RedirectOutcome(RedirectState.Failed, options.Backend) { Failure = e.Failure };
        }
    }
}
