namespace MeshProxy.Logging;

/// <summary>Whose events a logger carries.</summary>
internal static class LogCategory
{
    public static bool IsOurs(string category) => category.StartsWith("MeshProxy", StringComparison.Ordinal);
}
