using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>Where a request is sent on: the address, and path and query byte for byte as they came.</summary>
internal static class UpstreamUri
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri Of(string prefix, HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return new Uri(prefix + PathAndQuery(target), AsWritten);
    }

    /// <summary>Of an absolute-form target (RFC 9112 §3.2.2) what follows its authority; a backend is sent the origin-form.</summary>
    private static string PathAndQuery(string target)
    {
        if (target.StartsWith('/'))
            return target;
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return "/";
        var path = target.AsSpan(scheme + 3).IndexOfAny('/', '?');
        if (path < 0)
            return "/";
        var rest = target[(scheme + 3 + path)..];
        return rest[0] == '/' ? rest : "/" + rest;
    }
}
