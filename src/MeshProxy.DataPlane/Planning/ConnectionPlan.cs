using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Planning;

/// <summary>What is to be done with a connection, decided once, from its original destination and the settings of that moment.</summary>
internal readonly record struct ConnectionPlan(PlanKind Kind, SocketEndpoint Target, CloseReason Refusal)
{
    public static ConnectionPlan Refuse(CloseReason reason, SocketEndpoint target) => new(PlanKind.Refuse, target, reason);

    public static ConnectionPlan Opaque(SocketEndpoint target) => new(PlanKind.Opaque, target, CloseReason.Completed);

    public static ConnectionPlan Detect(SocketEndpoint target) => new(PlanKind.Detect, target, CloseReason.Completed);

    public static ConnectionPlan Route(SocketEndpoint target) => new(PlanKind.Route, target, CloseReason.Completed);

    public static ConnectionPlan Deny(SocketEndpoint target) => new(PlanKind.Deny, target, CloseReason.EgressDenied);
}
