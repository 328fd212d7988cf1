namespace MeshProxy.DataPlane.Telemetry.Exposition;

/// <summary>The types of the Prometheus text format that are used here.</summary>
public enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
