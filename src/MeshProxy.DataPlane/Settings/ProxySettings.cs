namespace MeshProxy.DataPlane.Settings;

/// <summary>
/// All the data plane is told: already valid, never changed, replaced as a whole on reload. Connections keep the settings they were
/// accepted under, except where a member says otherwise.
/// </summary>
public sealed record ProxySettings(
    DirectionSettings Inbound,
    DirectionSettings Outbound,
    EgressSettings Egress,
    LoopSettings Loops,
    ShutdownSettings Shutdown,
    AccessLogFormat AccessLog = AccessLogFormat.Off)
{
    public TracingSettings Tracing { get; init; } = TracingSettings.Off;
}
