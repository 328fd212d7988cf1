using System.Text.Json;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>A file of the configuration folder that a runtime would read.</summary>
/// <param name="List">Null where it is no list; then <paramref name="Single"/> or <paramref name="Error"/> says what it is.</param>
/// <param name="Single">A configuration of one plugin, as were usual before lists.</param>
internal sealed record NetworkFile(string Path, PluginListText? List, JsonObject? Single, string Error)
{
    /// <summary>A file that is no JSON is being written, as long as it is this young. Then it is broken, and the next one counts.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] Extensions = [".conf", ".conflist", ".json"];

    /// <summary>It is a link whose target is not mounted here: the runtime, which sees more of the node, may well read it.</summary>
    public bool IsElsewhere { get; private init; }

    /// <summary>In the order in which runtimes take the first (by name, as bytes).</summary>
    public static IEnumerable<string> In(string folder) => Directory.GetFiles(folder)
        .Where(path => Extensions.Contains(System.IO.Path.GetExtension(path)))
        .Order(StringComparer.Ordinal);

    /// <returns>Null where the file has gone.</returns>
    public static NetworkFile? Read(string path)
    {
        byte[] text;
        try
        {
            text = DurableFile.Read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new FileInfo(path).LinkTarget is { } target
                ? new NetworkFile(path, null, null, $"{path} links to {target}, which is not mounted here") { IsElsewhere = true }
                : null;
        }
        if (PluginListText.Read(text, out var error) is { } list)
            return new NetworkFile(path, list, null, "");
        return new NetworkFile(path, null, System.IO.Path.GetExtension(path) == ".conflist" ? null : SingleOf(text), error);
    }

    private static JsonObject? SingleOf(byte[] text)
    {
        try
        {
            return OutsideJson.Parse(text) is JsonObject single && single["type"]?.GetValueKind() == JsonValueKind.String ? single : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
