using System.Collections.Frozen;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeshProxy.Admin;

/// <summary>What Kestrel calls for each request: path, then method, then audience, then the endpoint.</summary>
internal sealed class AdminApplication(AdminSite site) : IHttpApplication<HttpContext>
{
    private readonly FrozenDictionary<string, AdminRoute[]> _byPath = site.All
        .GroupBy(route => route.Path)
        .ToFrozenDictionary(path => path.Key, path => path.ToArray(), StringComparer.Ordinal);

    private readonly GarbageBudget _garbage = new();

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) => _garbage.CollectIfSpent();

    public Task ProcessRequestAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!_byPath.TryGetValue(context.Request.Path.Value ?? "", out var candidates))
            return PlainText.AnswerAsync(context, 404, "no such endpoint; / lists them");
        if (Array.Find(candidates, route => route.Takes(context.Request.Method)) is not { } found)
        {
            var allowed = string.Join(", ", candidates.Select(route => route.Method));
            context.Response.Headers.Allow = allowed;
            return PlainText.AnswerAsync(context, 405, $"allowed here: {allowed}");
        }
        return Refusal(context, found.Audience) is { } refusal ? PlainText.AnswerAsync(context, 403, refusal) : found.Answer(context);
    }

    private string? Refusal(HttpContext context, AdminAudience audience) => audience switch
    {
        AdminAudience.All => null,
        AdminAudience.Loopback => LoopbackGuard.Refusal(context),
        _ => site.IsPageForAll || LoopbackGuard.Refusal(context) is not { } refusal ? null : $"{refusal}; or set admin.page to all",
    };
}
