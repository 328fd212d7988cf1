namespace MeshProxy.DataPlane.Telemetry.Access;

/// <summary>How an exchange ended.</summary>
/// <param name="Status">0 where no answer had begun.</param>
/// <param name="GrpcStatus">-1 where there was none.</param>
/// <param name="RequestBytes">On the wire, head and framing included; of routed requests the body alone.</param>
/// <param name="ResponseBytes">As <paramref name="RequestBytes"/>.</param>
/// <param name="Seconds">From the end of the request's head to the end of the answer.</param>
/// <param name="Word"><c>completed</c>, <c>reset_by_client</c>, <c>reset_by_server</c>, <c>cut_off</c> with its connection,
/// <c>unobserved</c> from where its framing was ambiguous, or <c>refused</c> by the proxy.</param>
internal readonly record struct AccessEnd(
    int Status, int GrpcStatus, long RequestBytes, long ResponseBytes, double Seconds, string Word);
