namespace MeshProxy.DataPlane.Settings;

/// <param name="Framing">What becomes of messages that two recipients could read differently. Default: refused.</param>
public sealed record HttpSettings(FramingPolicy Framing, HttpTimeouts Timeouts);
