using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <param name="Version">Where a watch goes on from.</param>
public sealed record ResourceList(ImmutableArray<JsonObject> Items, string Version);
