namespace MeshProxy.DataPlane.Telemetry.Access;

/// <summary>
/// What is known of a request when its head has passed; its texts are <see cref="AccessText"/>, empty where there was none.
/// </summary>
/// <param name="Time">When the head had passed.</param>
/// <param name="Version">As in a request line: <c>HTTP/1.1</c>.</param>
internal sealed record AccessRequest(DateTimeOffset Time, string Method, string Path, string Version, string Host, string UserAgent);
