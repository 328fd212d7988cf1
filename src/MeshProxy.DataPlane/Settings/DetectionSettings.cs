namespace MeshProxy.DataPlane.Settings;

/// <param name="Timeout">
/// How long a connection may stay undecided before it is relayed as opaque. It costs nobody any time: the upstream is dialled meanwhile, and
/// bytes pass as soon as either side's first bytes decide. Default 10 s; 0 means every connection is opaque.
/// </param>
public sealed record DetectionSettings(TimeSpan Timeout);
