namespace MeshProxy.Compare.Testbed;

/// <summary>
/// A measurement that cannot be trusted or could not be made: the proxy did not start, the load saw errors, no connection was redirected.
/// It ends that proxy's part in the case, not the run.
/// </summary>
internal sealed class MeasurementException(string message) : Exception(message);
