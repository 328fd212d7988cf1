namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>Frames that cost their receiver more than their sender. Each kind has a budget of its own per direction.</summary>
internal enum FloodKind : byte
{
    Resets,
    Settings,
    Pings,
    EmptyFrames,
    Priorities,
    WindowUpdates,
    Other,
}
