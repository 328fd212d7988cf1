using MeshProxy.Transport.Relay;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>The inspection of an HTTP connection, as a drain sees it.</summary>
internal abstract class HttpObservation : RelayInspection
{
    /// <summary>No request is under way, and none has begun. A connection that has switched protocols is never idle.</summary>
    public abstract bool IsIdle { get; }

    /// <summary>The client knows that no further request will be answered, and every one before has its whole answer.</summary>
    public abstract bool IsDone { get; }

    /// <summary>Many requests at a time, as HTTP/2 has them.</summary>
    public abstract bool IsMultiplexed { get; }
}
