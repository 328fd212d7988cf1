using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Routing.Forwarding;
using MeshProxy.DataPlane.Routing.Matching;
using MeshProxy.Transport.Kestrel;
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
        try
        {
            await AnswerAsync(context, connection);
        }
        finally
        {
            if (connection.Gate is { } gate)
                TellGate(gate, context.Features);
        }
    }

    /// <summary>What the client has sent behind a request that asked for another protocol waits for this, and so does its end.</summary>
    private static void TellGate(RequestGate gate, IFeatureCollection features)
    {
        if (features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
            features.Get<HandedOverContext>()!.SwitchDecided(gate.Request, isSwitched: false);
        if (gate.Answered())
            features.Get<HandedOverContext>()!.EndInput();
    }

    private async Task AnswerAsync(DefaultHttpContext context, RoutedConnection connection)
    {
        if (HttpMethods.IsConnect(context.Request.Method) && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            RoutedAnswer.Write(context, StatusCodes.Status501NotImplemented, $"request, {connection.Target}, CONNECT is not routed");
            return;
        }
        if (HttpProtocol.IsHttp2(context.Request.Protocol) && !Http2Fields.AreSound(context.Request.Headers))
        {
            context.Features.Get<IHttpResetFeature>()!.Reset((int)Http2ErrorCode.ProtocolError);
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
