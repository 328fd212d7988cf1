using System.Net;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin;

/// <summary>
/// Keeps what is for loopback from everybody else, and from web pages in the browser of somebody with an open port-forward: such a page
/// can send requests to localhost, but not without naming itself in Origin, and by a name of its own that resolves to 127.0.0.1 only
/// with that name in Host.
/// </summary>
internal static class LoopbackGuard
{
    /// <summary>Why the request is refused; null where it is not.</summary>
    public static string? Refusal(HttpContext context)
    {
        if (!IsLoopback(context.Connection.RemoteIpAddress))
            return "only from loopback: use kubectl exec or kubectl port-forward";
        var host = context.Request.Host.Host;
        if (host.Length > 0 && host != "localhost" && !IPAddress.TryParse(host.Trim('[', ']'), out _))
            return "only by address or as localhost";
        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length > 0 && origin != $"http://{context.Request.Host}" ? "not from another site's page" : null;
    }

    private static bool IsLoopback(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
