namespace MeshProxy.DataPlane.Settings;

/// <summary>Spans of routed requests.</summary>
/// <param name="OtlpEndpoint">
/// Where they are sent over OTLP/HTTP, such as <c>http://collector:4318</c>. Empty is nowhere, the default.
/// </param>
/// <param name="SampleRatio">
/// Of traces that begin here, in thousandths; a trace that a client began is followed where the client samples it. Default 1000.
/// </param>
public sealed record TracingSettings(string OtlpEndpoint, int SampleRatio)
{
    public static TracingSettings Off { get; } = new("", 1000);
}
