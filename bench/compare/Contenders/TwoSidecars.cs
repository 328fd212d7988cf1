using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>
/// Client and server meshed both: clients are redirected to the one sidecar, and its own connections to the other. Each asks the kernel for
/// the original destination.
/// </summary>
internal sealed class TwoSidecars(Sidecar client, ServerSidecar server) : Contender("meshproxy-2")
{
    public Sidecar Client => client;

    public ServerSidecar Server => server;

    public override int? ListenPort(Target target) => client.ListenPort(target);

    /// <summary>Its halves are started as what they are.</summary>
    public override ImmutableArray<string> Command(Scratch scratch) => [];
}
