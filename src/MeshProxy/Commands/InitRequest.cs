using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

internal enum InitAction
{
    Apply,
    DryRun,
    Check,
    Cleanup,
}

/// <summary>What the command line of <c>init</c> asks for.</summary>
internal sealed record InitRequest(InitAction Action, RedirectConfig Config, RedirectOptions Options);
