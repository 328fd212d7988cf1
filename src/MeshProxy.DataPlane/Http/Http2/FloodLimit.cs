namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>How much of something is free at once, and how fast it comes back.</summary>
internal readonly record struct FloodLimit(int Burst, int PerSecond);
