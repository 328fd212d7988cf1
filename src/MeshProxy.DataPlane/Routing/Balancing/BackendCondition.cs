namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>Whether an address is chosen; the numbers are the values of <c>meshproxy_backend_state</c>.</summary>
public enum BackendCondition : byte
{
    Available,

    /// <summary>It asked to be left alone (Retry-After).</summary>
    Aside,

    /// <summary>Too many failures in a row.</summary>
    Ejected,

    /// <summary>Its time is over and one request tries it.</summary>
    Probing,
}
