using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>
/// The image of a pod's first container, which only waits: one static program of Debian's, as an OCI archive (image-layout 1.0).
/// </summary>
internal static class PauseImage
{
    public const string Name = "meshtest.local/pause:1";

    /// <summary>With -P it waits for a signal.</summary>
    public const string Program = "/usr/bin/catatonit";

    public static void Write(string path)
    {
        var layer = Layer();
        var config = Json(new JsonObject
        {
            ["architecture"] = RuntimeInformation.OSArchitecture == Architecture.X64 ? "amd64" : "arm64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Entrypoint"] = new JsonArray("/pause", "-P") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(layer)) },
        });
        var manifest = Json(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
            ["layers"] = new JsonArray(Descriptor("application/vnd.oci.image.layer.v1.tar", layer)),
        });
        var named = Descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
        named["annotations"] = new JsonObject { ["io.containerd.image.name"] = Name };
        using var file = File.Create(path);
        using var tar = new TarWriter(file);
        Add(tar, "oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray());
        Add(tar, "index.json", Json(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(named) }));
        foreach (var blob in new[] { layer, config, manifest })
            Add(tar, $"blobs/sha256/{Digest(blob)["sha256:".Length..]}", blob);
    }

    /// <summary>The layer alone, for runtimes that import a file system.</summary>
    public static void WriteLayer(string path) => File.WriteAllBytes(path, Layer());

    private static byte[] Layer()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes))
            Add(tar, "pause", File.ReadAllBytes(Program));
        return bytes.ToArray();
    }

    private static void Add(TarWriter tar, string name, byte[] content) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(content),
        Mode = (UnixFileMode)Convert.ToInt32("755", 8),
    });

    private static JsonObject Descriptor(string type, byte[] content) =>
        new() { ["mediaType"] = type, ["digest"] = Digest(content), ["size"] = content.Length };

    private static byte[] Json(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
}
