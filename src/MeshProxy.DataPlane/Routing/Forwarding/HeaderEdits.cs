using System.Net.Http.Headers;
using MeshProxy.DataPlane.Settings;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>A route's changes to headers.</summary>
internal static class HeaderEdits
{
    public static void Apply(RouteHeaderEdits edits, HttpRequestMessage request)
    {
        if (edits.IsNone)
            return;
        foreach (var name in edits.Remove)
            Remove(request, name);
        foreach (var (name, value) in edits.Set)
        {
            Remove(request, name);
            Add(request, name, value);
        }
        foreach (var (name, value) in edits.Add)
            Add(request, name, value);
    }

    public static void Apply(RouteHeaderEdits edits, IHeaderDictionary headers)
    {
        if (edits.IsNone)
            return;
        foreach (var name in edits.Remove)
            headers.Remove(name);
        foreach (var (name, value) in edits.Set)
            headers[name] = value;
        foreach (var (name, value) in edits.Add)
            headers.Append(name, value);
    }

    /// <summary>Appends who asked, for what, and how (X-Forwarded-For, -Host, -Proto).</summary>
    public static void AddForwarded(HttpContext context, HttpRequestMessage request)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is not null)
            Append(request.Headers, "X-Forwarded-For", (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
        if (context.Request.Host.HasValue)
            Append(request.Headers, "X-Forwarded-Host", context.Request.Host.Value!);
        Append(request.Headers, "X-Forwarded-Proto", "http");
    }

    private static void Append(HttpRequestHeaders headers, string name, string value)
    {
        if (headers.NonValidated.TryGetValues(name, out var before))
        {
            value = $"{before}, {value}";
            headers.Remove(name);
        }
        headers.TryAddWithoutValidation(name, value);
    }

    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value))
            request.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>The client keeps headers of a body apart, and answers a wrong question with an exception.</summary>
    public static void Remove(HttpRequestMessage request, string name)
    {
        if (request.Headers.NonValidated.Contains(name))
            request.Headers.Remove(name);
        else if (request.Content is { } content && content.Headers.NonValidated.Contains(name))
            content.Headers.Remove(name);
    }
}
