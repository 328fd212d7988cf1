namespace MeshProxy.DataPlane.Drain;

/// <summary>How far the draining of one direction is.</summary>
internal enum DrainStage : byte
{
    None,

    /// <summary>Everything is accepted and served, and clients that speak HTTP are told to go elsewhere.</summary>
    Advise,

    /// <summary>Nothing is accepted, and what has nothing under way is closed.</summary>
    Finish,
}
