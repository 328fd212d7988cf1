namespace MeshProxy.DataPlane.Telemetry.Exposition;

/// <summary>
/// One label of a sample. The name is a constant of the code; the value may be anything, and is escaped when it is written.
/// </summary>
public readonly record struct MetricLabel(string Name, string Value)
{
    public static implicit operator MetricLabel((string Name, string Value) pair) => new(pair.Name, pair.Value);
}
