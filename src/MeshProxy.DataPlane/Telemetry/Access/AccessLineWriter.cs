namespace MeshProxy.DataPlane.Telemetry.Access;

/// <summary>Takes one whole line, its line feed included. Called by every loop at once, and must make none of them wait.</summary>
public delegate void AccessLineWriter(ReadOnlySpan<byte> line);
