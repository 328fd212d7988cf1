namespace MeshProxy.DataPlane.Planning;

internal enum PlanKind : byte
{
    /// <summary>Reset at once, nobody is dialled.</summary>
    Refuse,

    /// <summary>Relayed without a look at its bytes.</summary>
    Opaque,

    /// <summary>Dialled at once, and relayed when either side's first bytes or the deadline have decided.</summary>
    Detect,

    /// <summary>As Detect, but dialled a moment later: HTTP here is terminated, and goes where a route says.</summary>
    Route,

    /// <summary>Nobody is dialled; a client that turns out to speak HTTP is told so, any other is reset.</summary>
    Deny,
}
