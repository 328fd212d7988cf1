using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Routing.Support;

/// <summary>A real server at a port of the kernel's choice, for one version of HTTP. What it was asked is kept.</summary>
internal sealed class WebBackend : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebBackend(WebApplication application) => _application = application;

    public ConcurrentQueue<string> Asked { get; } = new();

    public IPEndPoint EndPoint { get; private set; } = null!;

    public string Target => EndPoint.ToString();

    public static Task<WebBackend> StartAsync(string name, bool isHttp2 = false) =>
        StartAsync(context => context.Response.WriteAsync(name), isHttp2);

    public static async Task<WebBackend> StartAsync(RequestDelegate answer, bool isHttp2 = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        var application = builder.Build();
        var backend = new WebBackend(application);
        application.Run(context =>
        {
            backend.Asked.Enqueue($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}");
            return answer(context);
        });
        await application.StartAsync();
        backend.EndPoint = new IPEndPoint(IPAddress.Loopback, new Uri(application.Urls.First()).Port);
        return backend;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
