namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>Ports the tests mark as opaque, above those <see cref="Network.NetworkNamespace.NextPort"/> gives out.</summary>
internal static class OpaqueRange
{
    /// <summary>The default, and the range.</summary>
    public const string Ports = "25,587,3306,4444,5432,6379,9300,11211,28000-28999";

    private static int _last = 27999;

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["inbound.opaquePorts"] = Ports,
        ["outbound.opaquePorts"] = Ports,
    };

    public static ushort NextPort() => (ushort)Interlocked.Increment(ref _last);
}
