namespace MeshProxy.DataPlane.Settings;

/// <param name="Timeout">
/// How long a connection may stay undecided before it is relayed as opaque. It costs a server that speaks first no time: the upstream is
/// dialled meanwhile, and its first byte decides. Default 10 s; 0 means every connection is opaque.
/// </param>
/// <param name="DialDelay">
/// How long a client has to say its first word before the upstream is dialled. Default 0: dialling at once is never slower for anyone; a
/// delay spares the upstream connections of clients that connect and leave.
/// </param>
/// <param name="RememberFor">
/// How long a destination stays known as opaque after its server spoke first or nobody spoke in time. Default 10 m; 0 learns nothing.
/// </param>
public sealed record DetectionSettings(TimeSpan Timeout, TimeSpan DialDelay, TimeSpan RememberFor);
