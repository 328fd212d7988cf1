namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>Between forwarder and HTTP client: bodies for HTTP/2 backends are sent once (<see cref="SingleUseContent"/>).</summary>
internal sealed class SingleUseHandler(HttpMessageHandler client) : DelegatingHandler(client)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Version.Major == 2 && request.Content is { Headers.ContentLength: not 0 } body
            ? SendOnceAsync(request, new SingleUseContent(body), cancellationToken)
            : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request, SingleUseContent content, CancellationToken cancellationToken)
    {
        request.Content = content;
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            content.Sent();
        }
    }
}
