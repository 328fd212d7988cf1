namespace MeshProxy.DataPlane.Telemetry;

/// <summary>What one direction has carried so far, over all loops and protocols.</summary>
/// <param name="Requests">HTTP requests ended.</param>
/// <param name="FailedRequests">Those among them answered with a status of 500 or more, by whomever.</param>
/// <param name="Abnormal">Connections that did not end cleanly.</param>
/// <param name="Sent">Bytes from clients to servers.</param>
public readonly record struct DirectionTotals(
    long Opened, long Open, long Requests, long FailedRequests, long InFlight, long Abnormal, long Sent, long Received)
{
    public static DirectionTotals operator +(DirectionTotals a, DirectionTotals b) => new(
        a.Opened + b.Opened, a.Open + b.Open, a.Requests + b.Requests, a.FailedRequests + b.FailedRequests, a.InFlight + b.InFlight,
        a.Abnormal + b.Abnormal, a.Sent + b.Sent, a.Received + b.Received);
}
