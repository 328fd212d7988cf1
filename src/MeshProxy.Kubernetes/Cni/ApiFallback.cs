using System.Collections.Immutable;
using System.Text.Json;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>Whom to ask for a pod's annotations where the runtime does not hand them over. In the entry, as <c>api</c>.</summary>
/// <param name="TokenFile">Read at each call; whoever installed the plugin renews it.</param>
/// <param name="AuthoritiesFile">PEM; null trusts what the node trusts.</param>
/// <param name="ExceptNamespaces">
/// Never asked for, as the namespace of the plugin's own installer: it must start when everything is broken.
/// </param>
internal sealed record ApiFallback(Uri Server, string TokenFile, string? AuthoritiesFile, ImmutableArray<string> ExceptNamespaces)
{
    public const string Key = "api";

    /// <exception cref="CniException">A value makes no sense.</exception>
    public static ApiFallback Read(JsonElement api)
    {
        if (!Uri.TryCreate(CniJson.Text(api, "server"), UriKind.Absolute, out var server)
            || CniJson.Text(api, "tokenFile") is not { } token)
            throw new CniException(CniErrorCode.BadConfig, $"{Key} in the plugin's entry needs server, an https address, and tokenFile");
        if (server.Scheme != Uri.UriSchemeHttps && !server.IsLoopback)
        {
            throw new CniException(
                CniErrorCode.BadConfig, $"{Key} in the plugin's entry has server {server}; a token goes over https alone");
        }
        return new ApiFallback(server, token, CniJson.Text(api, "caFile"), Texts(CniJson.Member(api, "exceptNamespaces")));
    }

    private static ImmutableArray<string> Texts(JsonElement? array) => array is { ValueKind: JsonValueKind.Array } texts
        ? [.. texts.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!)]
        : [];
}
