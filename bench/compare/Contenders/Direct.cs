using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>No proxy and no redirect: what the load itself, the server and the kernel take.</summary>
internal sealed class Direct() : Contender("direct")
{
    public override int? ListenPort(Target target) => null;

    public override ImmutableArray<string> Command(Scratch scratch) => [];
}
