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
            if (member.Name == "ips" && member.Value.ValueKind == JsonValueKind.Array)
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
}
