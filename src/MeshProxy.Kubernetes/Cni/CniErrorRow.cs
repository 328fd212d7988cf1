namespace MeshProxy.Kubernetes.Cni;

/// <param name="Meaning">What is wrong, in general.</param>
/// <param name="Cure">What mends it, as the end of the message that people read.</param>
internal sealed record CniErrorRow(CniErrorCode Code, string Meaning, string Cure);
