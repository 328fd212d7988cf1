namespace MeshProxy.Kubernetes.Cluster;

/// <summary>Something in the cluster that is not as it should be.</summary>
/// <param name="What">One line.</param>
/// <param name="Where">Kind and name of the object, or of the first of several.</param>
/// <param name="Mend">What to do about it: a command where there is one.</param>
public sealed record Finding(string What, string Where, string Mend);
