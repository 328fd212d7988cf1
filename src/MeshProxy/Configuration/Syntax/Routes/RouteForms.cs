using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>What the texts of a route look like. Null is right; else what is wrong, empty where there is no more to say.</summary>
internal static class RouteForms
{
    /// <summary>Headers that belong to one connection or frame the message: the proxy writes them itself.</summary>
    private static readonly FrozenSet<string> Framing = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    /// <summary>A token, RFC 9110 §5.6.2.</summary>
    public static string? Token(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) ? null : "";

    public static string? EditedHeader(string name) =>
        Framing.Contains(name) ? "which the proxy writes itself" : Token(name);

    public static string? HeaderValue(string text) => text.All(c => c is '\t' or >= ' ' and <= '~') ? null : "";

    /// <summary>A name or an address, or an asterisk and a suffix that begins with a dot.</summary>
    public static string? Host(string text)
    {
        var name = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text;
        return IsName(name) || IPAddress.TryParse(name.Trim('[', ']'), out _) ? null : "";
    }

    public static string? Path(string text) => text[0] == '/' ? null : "which does not begin with /";

    public static string? Expression(string text)
    {
        try
        {
            RouteExpression.Compile(text);
            return null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return $"which is no such expression ({wrong.Message.TrimEnd('.')})";
        }
    }

    public static string? Target(string text)
    {
        if (SocketEndpoint.TryParse(text, out var address))
            return address.IsAny ? "which is no address to connect to" : null;
        var colon = text.LastIndexOf(':');
        return colon > 0 && IsName(text[..colon])
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? null
            : "";
    }

    /// <summary>
    /// Labels of letters, digits, hyphens and, because people use them, underscores; a dot at the end asks for no search list.
    /// </summary>
    private static bool IsName(string text) => text.Length <= 254 && text.TrimEnd('.').Split('.').All(IsLabel);

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
