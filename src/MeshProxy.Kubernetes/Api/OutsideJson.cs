using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <summary>
/// JSON that somebody else has written. An object that names a field twice is refused like any other broken text: a JsonNode would take
/// it and throw an ArgumentException at the first look into it, and readers do not agree about which of the two counts.
/// </summary>
internal static class OutsideJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonNode? Parse(string text) => JsonNode.Parse(text, documentOptions: Options);

    /// <inheritdoc cref="Parse(string)"/>
    public static JsonNode? Parse(ReadOnlySpan<byte> text) => JsonNode.Parse(text, documentOptions: Options);

    /// <inheritdoc cref="Parse(string)"/>
    public static Task<JsonNode?> ParseAsync(Stream text, CancellationToken cancelled) =>
        JsonNode.ParseAsync(text, documentOptions: Options, cancellationToken: cancelled);
}
