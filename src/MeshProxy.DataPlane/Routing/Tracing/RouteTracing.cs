using System.Diagnostics;
using MeshProxy.DataPlane.Settings;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MeshProxy.DataPlane.Routing.Tracing;

/// <summary>Spans of routed requests, exported over OTLP/HTTP in batches by OpenTelemetry's own thread.</summary>
internal sealed class RouteTracing : IDisposable
{
    public static readonly ActivitySource Source = new("MeshProxy");

    private readonly TracerProvider _provider;

    public RouteTracing(TracingSettings settings)
    {
        Settings = settings;
        var endpoint = new Uri(settings.OtlpEndpoint);
        _provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(Source.Name)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.SampleRatio / 1000.0)))
            .ConfigureResource(resource => resource.AddService("meshproxy"))
            .AddOtlpExporter(exporter =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = endpoint.AbsolutePath == "/" ? new Uri(endpoint, "/v1/traces") : endpoint;
            })
            .Build();
    }

    public TracingSettings Settings { get; }

    /// <summary>Continues the client's trace, or begins one.</summary>
    public RequestSpan BeginServer(HttpContext context, string? route)
    {
        ActivityContext.TryParse(context.Request.Headers.TraceParent, context.Request.Headers.TraceState, isRemote: true, out var parent);
        var name = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        var span = Source.StartActivity(name, ActivityKind.Server, parent);
        if (span is null)
            return default;
        span.SetTag("http.request.method", context.Request.Method);
        span.SetTag("url.path", context.Request.Path.Value);
        span.SetTag("url.scheme", "http");
        span.SetTag("server.address", context.Request.Host.Host);
        span.SetTag("http.route", route);
        return new RequestSpan(span);
    }

    public void Dispose() => _provider.Dispose();
}
