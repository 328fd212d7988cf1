namespace MeshProxy.DataPlane.Settings;

/// <param name="GracePeriod">How long open connections may go on after SIGTERM before they are reset. Default 30 s, the default of a pod.</param>
public sealed record ShutdownSettings(TimeSpan GracePeriod);
