using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// Which fields are one connection's own (RFC 9110 §7.6.1): Connection and what it names, Keep-Alive, Proxy-Connection, TE,
/// Transfer-Encoding, Upgrade, HTTP2-Settings. YARP drops more than those; the rest is put back here. What Connection names is dropped only
/// where nobody could mislead a backend by it: never framing, Host, credentials, or what a proxy before this one has said of the client.
/// </summary>
internal static class HopHeaders
{
    private static readonly string[] EndToEnd =
    [
        HeaderNames.UpgradeInsecureRequests, HeaderNames.AltSvc, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization,
        "Proxy-Authentication-Info", "Proxy-Features", "Proxy-Instruction", "Security-Scheme", "ALPN", "Close",
    ];

    private static readonly FrozenSet<string> NeverDropped = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.ContentType, HeaderNames.ContentEncoding, HeaderNames.TransferEncoding,
        HeaderNames.Authorization, HeaderNames.ProxyAuthorization, HeaderNames.WWWAuthenticate, HeaderNames.ProxyAuthenticate,
        HeaderNames.Cookie, HeaderNames.SetCookie, "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
        HeaderNames.Upgrade, HeaderNames.TE, RoutedAnswer.ErrorHeader);

    /// <summary>After YARP has copied what it copies.</summary>
    public static void Complete(IHeaderDictionary from, HttpRequestMessage to)
    {
        foreach (var name in EndToEnd)
        {
            if (from.TryGetValue(name, out var values))
                to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        if (from.TryGetValue(HeaderNames.Connection, out var connection))
        {
            foreach (var line in connection)
                Drop(line, to);
        }
        if (from.ContainsKey(HeaderNames.TE))
            PassTrailers(from, to);
    }

    /// <summary>After YARP has copied what it copies.</summary>
    public static void Complete(HttpResponseHeaders from, IHeaderDictionary to)
    {
        foreach (var name in EndToEnd)
        {
            if (from.NonValidated.TryGetValues(name, out var values))
                to[name] = values.ToArray();
        }
        if (!from.NonValidated.TryGetValues(HeaderNames.Connection, out var connection))
            return;
        foreach (var line in connection)
        {
            foreach (var option in line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!NeverDropped.Contains(option))
                    to.Remove(option);
            }
        }
    }

    private static void Drop(string? connection, HttpRequestMessage from)
    {
        foreach (var option in connection?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (!NeverDropped.Contains(option))
                HeaderEdits.Remove(from, option);
        }
    }

    /// <summary>
    /// Of what TE may say, <c>trailers</c> alone holds for more than one connection; in HTTP/1 Connection has to name it.
    /// </summary>
    private static void PassTrailers(IHeaderDictionary from, HttpRequestMessage to)
    {
        if (!from.GetCommaSeparatedValues(HeaderNames.TE).Contains("trailers", StringComparer.OrdinalIgnoreCase))
            return;
        to.Headers.Remove(HeaderNames.TE);
        to.Headers.TryAddWithoutValidation(HeaderNames.TE, "trailers");
        if (to.Version.Major == 1)
            to.Headers.TryAddWithoutValidation(HeaderNames.Connection, HeaderNames.TE);
    }
}
