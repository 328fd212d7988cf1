using System.Collections.Frozen;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeshProxy.Admin;

/// <summary>What Kestrel calls for each request: path, then method, then audience, then the endpoint.</summary>
internal sealed class AdminApplication(IEnumerable<AdminRoute> routes) : IHttpApplication<HttpContext>
{
    private readonly FrozenDictionary<string, AdminRoute[]> _byPath = routes
        .GroupBy(route => route.Path)
        .ToFrozenDictionary(path => path.Key, path => path.ToArray(), StringComparer.Ordinal);

    private readonly GarbageBudget _garbage = new();

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) => _garbage.CollectIfSpent();

    public Task ProcessRequestAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!_byPath.TryGetValue(context.Request.Path.Value ?? "", out var routes))
            return PlainText.AnswerAsync(context, 404, "no such endpoint; / lists them");
        if (Array.Find(routes, route => route.Takes(context.Request.Method)) is not { } found)
        {
            var allowed = string.Join(", ", routes.Select(route => route.Method));
            context.Response.Headers.Allow = allowed;
            return PlainText.AnswerAsync(context, 405, $"allowed here: {allowed}");
        }
        return found.Audience == AdminAudience.Loopback && LoopbackGuard.Refusal(context) is { } refusal
            ? PlainText.AnswerAsync(context, 403, refusal)
            : found.Answer(context);
    }
}
