namespace MeshProxy.DataPlane;

/// <summary>The phases of a proxy's life, in order; the numbers are the values of <c>meshproxy_drain_state</c>.</summary>
public enum DrainState : byte
{
    Serving,

    /// <summary>
    /// Not ready any more, and still accepting: endpoints need time to be taken off everybody's lists. Clients that speak HTTP are told to
    /// go elsewhere.
    /// </summary>
    LameDuck,

    /// <summary>
    /// Accepting nothing inbound, and nothing at all once the app is gone; open connections may finish within the grace period.
    /// </summary>
    Draining,
    Stopped,
}
