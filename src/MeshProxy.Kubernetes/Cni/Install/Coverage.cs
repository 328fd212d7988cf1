using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>Whether pods that start on this node now are redirected.</summary>
/// <param name="Reason">One line, for people: by what, or why not.</param>
/// <param name="Changes">What was changed to get there, a line each.</param>
/// <param name="Warnings">What is likely to undo it, a line each.</param>
public sealed record Coverage(bool IsCovered, string Reason, ImmutableArray<string> Changes, ImmutableArray<string> Warnings);
