namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>Between forwarder and HTTP client: bodies for HTTP/2 backends are sent once (<see cref="SingleUseContent"/>).</summary>
internal sealed class SingleUseHandler(HttpMessageHandler client) : DelegatingHandler(client)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Version.Major == 2 && request.Content is { Headers.ContentLength: not 0 } body)
            request.Content = new SingleUseContent(body);
        return base.SendAsync(request, cancellationToken);
    }
}
