using System.Net;
using MeshProxy.PodTests.Support.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MeshProxy.PodTests.Http.Backends;

/// <summary>Kestrel, in the tests' own process, on sockets of the pod.</summary>
public sealed class KestrelBackend : HttpBackend
{
    private WebApplication? _server;

    internal override Task StartAsync(Pod pod)
    {
        (Port, Http2Port) = (pod.Namespace.NextPort(), pod.Namespace.NextPort());
        Publish();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenAnyIP(Port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.ListenAnyIP(Http2Port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.WebHost.UseSockets(sockets =>
            sockets.CreateBoundListenSocket = at => pod.Namespace.Listen(IPAddress.Any, (ushort)((IPEndPoint)at).Port));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        return _server.StartAsync();
    }

    /// <summary>Away from the thread that waits for it, which xunit may need for the steps of stopping.</summary>
    private protected override void Stop() => Task.Run(StopAsync).GetAwaiter().GetResult();

    private async Task StopAsync()
    {
        if (_server is null)
            return;
        // Without patience for connections that are still open.
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Method == "POST")
        {
            // The client reads nothing until it has sent everything.
            var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            await response.Body.WriteAsync(body.ToArray());
        }
        else if (request.Path.Value is "/small" or "/big")
            await response.SendFileAsync(PathOf(request.Path.Value[1..]));
        else
            response.StatusCode = StatusCodes.Status404NotFound;
    }
}
