namespace MeshProxy.DataPlane.Settings;

/// <summary>Bounds of observed HTTP. 0 is never: long polls and streams are cut by nobody who was not asked to.</summary>
/// <param name="RequestHead">From a request's first byte to the end of its head, against clients that dribble. Default 10 s.</param>
/// <param name="Request">From the end of a request's head to the end of its response. Default 0.</param>
/// <param name="StreamIdle">No byte of an exchange that is under way. Default 0.</param>
/// <param name="KeepAlive">No request on an open connection. Default 1 h, longer than clients keep connections they do not use.</param>
public sealed record HttpTimeouts(TimeSpan RequestHead, TimeSpan Request, TimeSpan StreamIdle, TimeSpan KeepAlive)
{
    public static HttpTimeouts Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1));
}
