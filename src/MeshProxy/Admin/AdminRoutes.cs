using System.Collections.Immutable;
using MeshProxy.Configuration;
using MeshProxy.Configuration.Reload;
using MeshProxy.DataPlane;
using MeshProxy.Lifecycle;
using MeshProxy.Logging;
using MeshProxy.Telemetry;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin;

/// <summary>The table of endpoints, and their answers. A new endpoint is a row.</summary>
internal sealed class AdminRoutes
{
    private readonly ReadyState _ready;
    private readonly StopRequest _stop;
    private readonly ProxyServer _server;
    private readonly ConfigReloader _config;
    private readonly AdminEvents _events;

    public AdminRoutes(ReadyState ready, StopRequest stop, ProxyServer server, ConfigReloader config, MetricsPage metrics, SidecarLog log)
    {
        (_ready, _stop, _server, _config) = (ready, stop, server, config);
        _events = new AdminEvents(log.CreateLogger(typeof(AdminRoutes).FullName!));
        var scrape = new ScrapeEndpoint(metrics.WriteTo);
        var level = new LogLevelEndpoint(log, _events);
        All =
        [
            new("GET", "/", AdminAudience.All, "this list", ListAsync),
            new("GET", "/ready", AdminAudience.All, "200 if new connections should come here, else 503", ReadyAsync),
            new("GET", "/live", AdminAudience.All, "200 while the process answers", context => PlainText.AnswerAsync(context, 200, "live")),
            new("GET", "/metrics", AdminAudience.All, "metrics for Prometheus", scrape.AnswerAsync),
            new("GET", "/config", AdminAudience.Loopback, "every key, its value in force and where it was written", ConfigAsync),
            new("GET", "/loglevel", AdminAudience.Loopback, "the log level", level.ShowAsync),
            new("PUT", "/loglevel", AdminAudience.Loopback, "change the log level until it changes in the file: curl -X PUT -d debug", level.ChangeAsync),
            new("POST", "/drain", AdminAudience.Loopback, "not ready any more, but go on accepting", DrainAsync),
            new("POST", "/shutdown", AdminAudience.Loopback, "finish open connections and end", ShutdownAsync),
        ];
    }

    public ImmutableArray<AdminRoute> All { get; }

    private Task ReadyAsync(HttpContext context) => PlainText.AnswerAsync(context, _ready.IsReady ? 200 : 503, _ready.Word);

    private Task ConfigAsync(HttpContext context)
    {
        var json = new MemoryStream();
        EffectiveConfig.Write(json, _config.Current.Values);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json.GetBuffer(), 0, (int)json.Length, context.RequestAborted);
    }

    private Task DrainAsync(HttpContext context)
    {
        _events.LameDuckAsked();
        _server.BeginLameDuck();
        return PlainText.AnswerAsync(context, 200, _ready.Word);
    }

    private Task ShutdownAsync(HttpContext context)
    {
        _stop.Ask("POST /shutdown on the admin port");
        return PlainText.AnswerAsync(context, 200, "shutting down");
    }

    private Task ListAsync(HttpContext context)
    {
        if (_config.Current.Settings.Admin.Page == AdminPage.Loopback && LoopbackGuard.Refusal(context) is { } refusal)
            return PlainText.AnswerAsync(context, 403, $"{refusal}; or set admin.page to all");
        var lines = All.Select(route => $"{route.Method,-4} {route.Path,-10} {route.Purpose}{(route.Audience == AdminAudience.Loopback ? " (loopback only)" : "")}");
        return PlainText.AnswerAsync(context, 200, string.Join('\n', lines));
    }
}
