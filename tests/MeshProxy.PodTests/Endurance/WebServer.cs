using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// Kestrel in a pod: <c>/bytes</c> sends a payload, <c>/echo</c> sends back what is posted,
/// <c>/abort</c> breaks off in the middle of an answer.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebServer(WebApplication application, IPEndPoint endpoint) => (_application, Endpoint) = (application, endpoint);

    public IPEndPoint Endpoint { get; }

    public static async Task<WebServer> StartAsync(Pod pod, ushort port, HttpProtocols protocols)
    {
        var any = new IPEndPoint(IPAddress.Any, port);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = _ =>
        {
            var socket = pod.Namespace.OpenSocket(any.AddressFamily);
            // It may come back while the kernel still remembers connections to it.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(any);
            return socket;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(any, listen => listen.Protocols = protocols);
            // It waits for slow bodies, as those are that a pause or loss on the way holds up.
            (kestrel.Limits.MinRequestBodyDataRate, kestrel.Limits.MinResponseDataRate) = (null, null);
        });
        var application = builder.Build();
        application.MapGet("/bytes", BytesAsync);
        application.MapPost("/echo", EchoAsync);
        application.MapGet("/abort", AbortAsync);
        await application.StartAsync();
        return new WebServer(application, new IPEndPoint(pod.V4, port));
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static Task BytesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        return context.Response.Body.WriteAsync(Payload.Of(int.Parse(query["seed"]!), int.Parse(query["length"]!))).AsTask();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await context.Response.Body.WriteAsync(body.ToArray());
    }

    private static async Task AbortAsync(HttpContext context)
    {
        await context.Response.Body.WriteAsync(new byte[20_000]);
        await context.Response.Body.FlushAsync();
        context.Abort();
    }
}
