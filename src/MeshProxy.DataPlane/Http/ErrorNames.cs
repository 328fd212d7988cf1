namespace MeshProxy.DataPlane.Http;

/// <summary>The names of errors as they stand in metrics, logs and headers.</summary>
internal static class ErrorNames
{
    public static string ToKebabCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
