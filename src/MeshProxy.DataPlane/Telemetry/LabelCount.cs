namespace MeshProxy.DataPlane.Telemetry;

/// <summary>How often something with a label has happened, and what the label means to people.</summary>
public readonly record struct LabelCount(Direction Direction, string Label, string Words, long Count, bool IsAbnormal);
