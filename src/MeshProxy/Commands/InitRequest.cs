using System.Collections.Immutable;
using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

internal enum InitAction
{
    Apply,
    DryRun,
    Check,
    Validate,
    Cleanup,
}

/// <summary>What the command line of <c>init</c> asks for.</summary>
/// <param name="Notes">About options of other meshes that were translated.</param>
internal sealed record InitRequest(
    InitAction Action, RedirectConfig Config, RedirectOptions Options, ImmutableArray<string> Notes, bool Json);
