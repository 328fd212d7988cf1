using MeshProxy.DataPlane.Settings;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>The HTTP timeouts in milliseconds, made once per settings snapshot.</summary>
internal sealed class HttpDeadlineSettings(HttpTimeouts timeouts)
{
    public long RequestHead { get; } = (long)timeouts.RequestHead.TotalMilliseconds;

    public long Request { get; } = (long)timeouts.Request.TotalMilliseconds;

    public long StreamIdle { get; } = (long)timeouts.StreamIdle.TotalMilliseconds;

    public long KeepAlive { get; } = (long)timeouts.KeepAlive.TotalMilliseconds;
}
