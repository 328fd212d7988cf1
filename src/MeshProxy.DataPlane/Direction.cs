namespace MeshProxy.DataPlane;

/// <summary>Inbound: from outside to the pod's servers. Outbound: from the pod's clients to anywhere.</summary>
public enum Direction : byte
{
    Inbound,
    Outbound,
}
