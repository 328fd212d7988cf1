using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.Admin.Page;
using MeshProxy.Configuration;
using MeshProxy.Configuration.Reload;
using MeshProxy.DataPlane;
using MeshProxy.Lifecycle;
using MeshProxy.Logging;
using MeshProxy.Netfilter;
using MeshProxy.Telemetry;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin;

/// <summary>The table of endpoints, and their answers. A new endpoint is a row.</summary>
internal sealed class AdminRoutes : AdminSite
{
    private readonly ReadyState _ready;
    private readonly StopRequest _stop;
    private readonly ProxyServer _server;
    private readonly ConfigReloader _config;
    private readonly AdminEvents _events;
    private readonly EventStream _stream;

    public AdminRoutes(ReadyState ready, StopRequest stop, ProxyServer server, ConfigReloader config, MetricsPage metrics, SidecarLog log)
    {
        (_ready, _stop, _server, _config) = (ready, stop, server, config);
        _events = new AdminEvents(log.CreateLogger(typeof(AdminRoutes).FullName!));
        var time = TimeProvider.System;
        var facts = new SidecarFacts(ready, config, time);
        var backends = new BackendRows(() => server.Routes);
        Action<Utf8JsonWriter> head = facts.WriteTo;
        head += backends.WriteTo;
        _stream = new EventStream(() => new StatusSnapshot(server.Status, head, time).WriteTo, time);
        var redirect = new RedirectEndpoint(() => Redirect.Inspect(new RedirectOptions()), time);
        var scrape = new ScrapeEndpoint(metrics.WriteTo);
        var level = new LogLevelEndpoint(log, _events);
        All =
        [
            new("GET", "/", AdminAudience.Page, "the status page for a browser, this list for others", RootAsync),
            new("GET", "/ready", AdminAudience.All, "200 if new connections should come here, else 503", ReadyAsync),
            new("GET", "/live", AdminAudience.All, "200 while the process answers", context => PlainText.AnswerAsync(context, 200, "live")),
            new("GET", "/metrics", AdminAudience.All, "metrics for Prometheus", scrape.AnswerAsync),
            new("GET", "/config", AdminAudience.Loopback, "every key, its value in force and where it was written", ConfigAsync),
            new("GET", "/loglevel", AdminAudience.Loopback, "the log level", level.ShowAsync),
            new(
                "PUT", "/loglevel", AdminAudience.Loopback,
                "change the log level until it changes in the file: curl -X PUT -d debug", level.ChangeAsync),
            new(
                "POST", "/drain", AdminAudience.Loopback,
                "not ready any more, and clients are told to go elsewhere, but go on accepting", DrainAsync),
            new("POST", "/shutdown", AdminAudience.Loopback, "finish open connections and end", ShutdownAsync),
            new("GET", "/events", AdminAudience.Page, "what the status page shows, as server-sent events", _stream.AnswerAsync),
            new("GET", "/redirect", AdminAudience.Page, "redirect rules with their counters, or who can read them", redirect.AnswerAsync),
            .. PageAssets.Paths.Select(path => new AdminRoute("GET", path, AdminAudience.Page, "", PageAssets.AnswerAsync)),
        ];
    }

    public override ImmutableArray<AdminRoute> All { get; }

    public override bool IsPageForAll => _config.Current.Settings.Admin.Page == AdminPage.All;

    public override void CloseStreams() => _stream.Close();

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
        _stop.Announce();
        _server.BeginLameDuck();
        return PlainText.AnswerAsync(context, 200, _ready.Word);
    }

    private Task ShutdownAsync(HttpContext context)
    {
        _stop.AskAfterApp("POST /shutdown on the admin port");
        return PlainText.AnswerAsync(context, 200, "shutting down");
    }

    private Task RootAsync(HttpContext context) =>
        PageAssets.IsWantedBy(context.Request) ? PageAssets.AnswerPageAsync(context) : ListAsync(context);

    private Task ListAsync(HttpContext context)
    {
        var lines = All.Where(route => route.Purpose.Length > 0).Select(route =>
            $"{route.Method,-4} {route.Path,-10} {route.Purpose}{(route.Audience == AdminAudience.Loopback ? " (loopback only)" : "")}");
        return PlainText.AnswerAsync(context, 200, string.Join('\n', lines));
    }
}
