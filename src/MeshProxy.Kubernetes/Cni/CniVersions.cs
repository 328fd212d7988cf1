using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>The versions of the CNI specification that are spoken here. They differ in little that a chained plugin sees.</summary>
internal static class CniVersions
{
    public const string Newest = "1.1.0";

    public static ImmutableArray<string> Supported { get; } = ["0.3.1", "0.4.0", "1.0.0", Newest];

    /// <exception cref="CniException">The version is another.</exception>
    public static void Require(string? version)
    {
        if (version is null || !Supported.Contains(version))
            throw new CniException(CniErrorCode.IncompatibleVersion, $"the network configuration has cniVersion {version ?? "none"}");
    }

    /// <summary>Addresses named their family up to 0.4.0 (CNI spec 0.4.0, section "Result"; dropped in 1.0.0).</summary>
    public static bool NamesFamilies(string version) => version.StartsWith("0.", StringComparison.Ordinal);

    public static void WriteTo(IBufferWriter<byte> output, string version)
    {
        using var json = new Utf8JsonWriter(output, CniJson.Options);
        json.WriteStartObject();
        json.WriteString("cniVersion", version);
        json.WriteStartArray("supportedVersions");
        foreach (var supported in Supported)
            json.WriteStringValue(supported);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
