using MeshProxy.DataPlane.Planning;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Connections;

/// <summary>Turns what a listener accepts into connections, under the settings of the moment.</summary>
internal sealed class DirectionAcceptor(LoopContext context, DirectionProfile profile) : Acceptor
{
    /// <summary>For connections accepted from now on.</summary>
    public DirectionProfile Profile { get; set; } = profile;

    public SocketEndpoint Endpoint { get; set; }

    protected internal override SocketOwner NewOwner() => new ProxiedConnection(context, Profile);

    protected internal override void OnAccepted(LoopSocket downstream, SocketOwner owner) =>
        ((ProxiedConnection)owner).Accept(downstream, Endpoint);

    protected internal override void OnShed() => context.Counters.Of(Profile.Direction).Shed();

    protected internal override void OnPaused(ResourceLimit limit) => context.Log.AcceptingPaused(Profile.Direction, limit);

    protected internal override void OnResumed() => context.Log.AcceptingResumed(Profile.Direction);
}
