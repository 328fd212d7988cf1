using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin.Page;

/// <summary>
/// The page's files, embedded in the executable; about 35 KiB, read when asked for. The policy sent with each lets the browser run and load
/// nothing that is not from here, so that no text in the data can become anything but text.
/// </summary>
internal static class PageAssets
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    /// <summary>Paths of all files but the page itself, as the page names them: <c>/page/main.js</c>.</summary>
    public static IEnumerable<string> Paths => typeof(PageAssets).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !name.EndsWith(".html", StringComparison.Ordinal))
        .Select(name => "/" + name);

    public static Task AnswerPageAsync(HttpContext context) => AnswerAsync(context, "/page/index.html");

    public static Task AnswerAsync(HttpContext context) => AnswerAsync(context, context.Request.Path.Value!);

    /// <summary>Browsers name HTML when they open a page; curl, probes and scrapers name anything or nothing.</summary>
    public static bool IsWantedBy(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static async Task AnswerAsync(HttpContext context, string path)
    {
        using var file = typeof(PageAssets).Assembly.GetManifestResourceStream(path[1..])!;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.Vary = "Accept";
        // A browser fetches a dozen files over six connections, and would keep those that the next viewer needs.
        headers.Connection = "close";
        context.Response.ContentType = ContentTypes[Path.GetExtension(path)];
        context.Response.ContentLength = file.Length;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
