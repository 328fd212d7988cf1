using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>Members for a list of a pod's <c>spec</c>.</summary>
/// <param name="IsFirst">They go before the others; else behind them.</param>
/// <param name="Items">Each has a <c>name</c>, by which it is known again.</param>
internal sealed record ListAddition(string List, bool IsFirst, ImmutableArray<JsonObject> Items);
