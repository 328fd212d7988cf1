namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>What a try says of the address it went to.</summary>
internal enum UpstreamOutcome : byte
{
    /// <summary>Nothing: the client left, or the request was ended by us.</summary>
    Unknown,
    Success,
    Failure,
}
