namespace MeshProxy.DataPlane;

/// <summary>The phases of a proxy's life, in order; the numbers are the values of <c>meshproxy_drain_state</c>.</summary>
public enum DrainState : byte
{
    Serving,

    /// <summary>Not ready any more, and still accepting: endpoints need time to be taken off everybody's lists.</summary>
    LameDuck,

    /// <summary>Accepting nothing; open connections may finish within the grace period.</summary>
    Draining,
    Stopped,
}
