namespace MeshProxy.Transport.Relay;

internal enum FlowProgress : byte
{
    /// <summary>An edge of either socket will tell when there is more to do.</summary>
    Waiting,

    /// <summary>There is more to do at once, but others of this loop come first.</summary>
    Yielded,

    /// <summary>See <see cref="Flow.State"/>: it has become Finished, or the source or the sink has failed and nothing is held.</summary>
    Over,
}
