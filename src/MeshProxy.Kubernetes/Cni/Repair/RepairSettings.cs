namespace MeshProxy.Kubernetes.Cni.Repair;

/// <param name="Node">Whose pods are repaired, by spec.nodeName.</param>
/// <param name="Proc">The node's /proc.</param>
/// <param name="Interval">Between looks at the node's pods.</param>
/// <param name="MostAtOnce">Repairs per look; who is left over is repaired at the next.</param>
public sealed record RepairSettings(string Node, string Proc, TimeSpan Interval, int MostAtOnce = 10);
