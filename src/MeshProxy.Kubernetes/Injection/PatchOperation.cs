using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>One step of a JSON patch, RFC 6902.</summary>
/// <param name="Op"><c>add</c>, <c>replace</c> or <c>remove</c>.</param>
/// <param name="Path">A JSON pointer, RFC 6901.</param>
/// <param name="Value">Null for <c>remove</c>.</param>
public sealed record PatchOperation(string Op, string Path, JsonNode? Value)
{
    /// <summary>A name as a part of a pointer.</summary>
    public static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
