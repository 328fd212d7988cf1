using System.Text;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <summary>One file; what it names by relative paths is beside it.</summary>
internal sealed record KubeconfigFile(string Path, JsonObject Content)
{
    public string PathOf(string name) =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, name));

    /// <summary>The text of <c>NAME-data</c>, in base64, or of the file that <c>NAME</c> names; null where neither is.</summary>
    public string? Pem(JsonObject owner, string name)
    {
        if (ApiObject.Text(owner, name + "-data") is { Length: > 0 } data)
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        return ApiObject.Text(owner, name) is { Length: > 0 } file ? File.ReadAllText(PathOf(file)) : null;
    }
}
