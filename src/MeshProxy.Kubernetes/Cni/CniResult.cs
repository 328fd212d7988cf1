using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>
/// The answer to ADD of a plugin that changes no interface, address or route: what the plugin before it answered, byte for byte. Where that
/// is of another version than asked for, its version and what hangs on it are changed, and nothing else.
/// </summary>
internal static class CniResult
{
    private const string VersionKey = "cniVersion";
    private const string Addresses = "ips";

    /// <exception cref="CniException">It is no result of a plugin.</exception>
    public static void Require(JsonElement previous)
    {
        if (previous.ValueKind != JsonValueKind.Object)
            throw Bad("prevResult", previous);
        if (CniJson.Member(previous, Addresses) is not { ValueKind: JsonValueKind.Array } addresses)
            return;
        foreach (var address in addresses.EnumerateArray().Where(a => a.ValueKind != JsonValueKind.Object))
            throw Bad($"an element of {Addresses} in prevResult", address);
    }

    public static void WriteTo(IBufferWriter<byte> output, JsonElement previous, string version)
    {
        if (CniJson.Text(previous, VersionKey) == version)
        {
            output.Write(Encoding.UTF8.GetBytes(previous.GetRawText()));
            return;
        }
        using var json = new Utf8JsonWriter(output, CniJson.Options);
        json.WriteStartObject();
        json.WriteString(VersionKey, version);
        foreach (var member in previous.EnumerateObject().Where(m => m.Name != VersionKey))
        {
            json.WritePropertyName(member.Name);
            if (member.Name == Addresses && member.Value.ValueKind == JsonValueKind.Array)
                WriteAddresses(json, member.Value, CniVersions.NamesFamilies(version));
            else
                member.Value.WriteTo(json);
        }
        json.WriteEndObject();
    }

    private static void WriteAddresses(Utf8JsonWriter json, JsonElement addresses, bool namesFamilies)
    {
        json.WriteStartArray();
        foreach (var address in addresses.EnumerateArray())
        {
            json.WriteStartObject();
            if (namesFamilies)
                json.WriteString("version", CniJson.Text(address, "address")?.Contains(':', StringComparison.Ordinal) == true ? "6" : "4");
            foreach (var member in address.EnumerateObject().Where(m => m.Name != "version"))
                member.WriteTo(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static CniException Bad(string name, JsonElement value) =>
        new(CniErrorCode.BadConfig, $"{name} is not a JSON object but {value.ValueKind}, which the plugin before this one answered");
}
