using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.DataPlane.Planning;

/// <summary>
/// Decides a connection's plan. Refused before anybody is dialled: what would come back to one of the proxy's own listeners, by whatever
/// address of this namespace; what nobody redirected; and inbound connections to an address that is not ours, which would make the pod a
/// relay for its neighbours. One per loop.
/// </summary>
/// <param name="listeners">The proxy's own listeners; complete before the first connection is accepted.</param>
internal sealed class ConnectionPlanner(IReadOnlyList<SocketEndpoint> listeners)
{
    private readonly LocalAddresses _localAddresses = new();

    public ConnectionPlan Plan(DirectionProfile profile, SocketEndpoint target, SocketEndpoint acceptedOn, long nowMilliseconds)
    {
        if (IsOwnPort(target.Port) && _localAddresses.Contains(target, nowMilliseconds))
            return ConnectionPlan.Refuse(target == acceptedOn ? CloseReason.NotRedirected : CloseReason.Loop, target);
        if (profile.Direction == Direction.Inbound && !_localAddresses.Contains(target, nowMilliseconds))
            return ConnectionPlan.Refuse(CloseReason.NotOurAddress, target);
        var isOpaque = profile.DetectionTimeout == 0 || profile.Settings.OpaquePorts.Contains(target.Port);
        if (profile.Egress is { } egress)
        {
            var decision = egress.Find(target);
            isOpaque |= decision.IsOpaque;
            if (decision.Policy == TrafficPolicy.Deny)
                return isOpaque ? ConnectionPlan.Refuse(CloseReason.EgressDenied, target) : ConnectionPlan.Deny(target);
        }
        if (isOpaque)
            return ConnectionPlan.Opaque(target);
        return profile.Routing is { } routing && routing.Covers(target) ? ConnectionPlan.Route(target) : ConnectionPlan.Detect(target);
    }

    private bool IsOwnPort(ushort port)
    {
        foreach (var listener in listeners)
        {
            if (listener.Port == port)
                return true;
        }
        return false;
    }
}
