using MeshProxy.DataPlane.Routing.Forwarding;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeshProxy.DataPlane.Routing;

/// <summary>What Kestrel calls for each request. A context lives as long as its connection (HTTP/1) or is pooled by it (HTTP/2).</summary>
internal sealed class RoutingApplication(DirectionRouting routing) : IHttpApplication<DefaultHttpContext>
{
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<DefaultHttpContext> container)
            return new DefaultHttpContext(contextFeatures);
        if (container.HostContext is { } used)
        {
            used.Initialize(contextFeatures);
            return used;
        }
        return container.HostContext = new DefaultHttpContext(contextFeatures);
    }

    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();

    public async Task ProcessRequestAsync(DefaultHttpContext context)
    {
        if (routing.IsDraining)
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        var connection = context.Features.Get<RoutedConnection>()!;
        if (HttpMethods.IsConnect(context.Request.Method) && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            RoutedAnswer.Write(context, StatusCodes.Status501NotImplemented, $"request, {connection.Target}, CONNECT is not routed");
            return;
        }
        try
        {
            await new RoutedRequest(routing, connection, context).RunAsync();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left while its request waited to be repeated.
        }
        catch (Exception fault)
        {
            routing.Log.Fault(fault);
            throw;
        }
    }
}
