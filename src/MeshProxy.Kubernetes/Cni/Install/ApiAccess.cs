using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// What the plugin needs to ask the API server, in a folder of the node that only root reads: copies of what the installer's own pod was
/// given, renewed as the kubelet renews those. A token of a pod that has gone is worth nothing, which is why this is the exception.
/// </summary>
/// <param name="Server">Of the API server.</param>
/// <param name="Folder">By the same path here and on the node.</param>
/// <param name="Source">The pod's service account: <c>token</c> and <c>ca.crt</c>.</param>
/// <param name="OwnNamespace">Whose pods are never asked for.</param>
public sealed record ApiAccess(Uri Server, string Folder, string Source, string OwnNamespace)
{
    private const UnixFileMode OnlyRoot = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Files = ["token", "ca.crt"];

    /// <exception cref="IOException">They cannot be removed.</exception>
    public static void Remove(string folder)
    {
        foreach (var name in Files)
            File.Delete(Path.Combine(folder, name));
    }

    internal JsonObject Entry() => new()
    {
        ["server"] = Server.ToString(),
        ["tokenFile"] = Path.Combine(Folder, Files[0]),
        ["caFile"] = Path.Combine(Folder, Files[1]),
        ["exceptNamespaces"] = new JsonArray(OwnNamespace),
    };

    /// <returns>False where they were the same already.</returns>
    /// <exception cref="IOException">They cannot be copied.</exception>
    internal bool Renew()
    {
        Directory.CreateDirectory(Folder, OnlyRoot | UnixFileMode.UserExecute);
        var changed = false;
        foreach (var name in Files)
        {
            var (content, copy) = (File.ReadAllBytes(Path.Combine(Source, name)), Path.Combine(Folder, name));
            if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(content))
                continue;
            DurableFile.Write(copy, stream => stream.Write(content), OnlyRoot);
            changed = true;
        }
        return changed;
    }
}
