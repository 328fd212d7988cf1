using System.Collections.Immutable;

namespace MeshProxy.DataPlane.Telemetry.Exposition;

/// <summary>What all samples of a name have in common.</summary>
/// <param name="Labels">Every label that a sample may have, but a histogram's <c>le</c>.</param>
public sealed record MetricFamily(MetricKind Kind, string Name, string Help, ImmutableArray<string> Labels)
{
    public static MetricFamily Counter(string name, string help, params ImmutableArray<string> labels) =>
        new(MetricKind.Counter, name, help, labels);

    public static MetricFamily Gauge(string name, string help, params ImmutableArray<string> labels) =>
        new(MetricKind.Gauge, name, help, labels);

    public static MetricFamily Histogram(string name, string help, params ImmutableArray<string> labels) =>
        new(MetricKind.Histogram, name, help, labels);
}
