using System.Globalization;

namespace MeshProxy.Kubernetes.Api;

/// <summary>A version of Kubernetes, such as <c>v1.29.3</c>, <c>1.28</c> or <c>v1.27.4-gke.900</c>.</summary>
public readonly record struct ClusterVersion(int Major, int Minor)
{
    /// <summary>Init containers that restart are on from 1.29 (KEP-753).</summary>
    public bool HasNativeSidecars => Major > 1 || Major == 1 && Minor >= 29;

    public override string ToString() => $"{Major}.{Minor}";

    public static bool TryParse(string text, out ClusterVersion version)
    {
        version = default;
        var parts = text.TrimStart('v').Split('.', '-', '+');
        if (parts.Length < 2 || !TryParsePart(parts[0], out var major) || !TryParsePart(parts[1], out var minor))
            return false;
        version = new ClusterVersion(major, minor);
        return true;
    }

    private static bool TryParsePart(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
