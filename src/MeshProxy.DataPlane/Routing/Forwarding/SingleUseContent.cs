using System.Net;
using System.Net.Http.Headers;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// A request's body on its way to an HTTP/2 backend, which the forwarder can copy once. The HTTP client asks for it a second time only
/// where the backend has said that it did not process the request (GOAWAY below its stream, REFUSED_STREAM): it would send it again on
/// another connection. That is ours to do, with what was kept of the body.
/// </summary>
internal sealed class SingleUseContent : HttpContent
{
    private readonly HttpContent _body;
    private bool _isUsed;

    public SingleUseContent(HttpContent body)
    {
        _body = body;
        foreach (var (name, values) in body.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <summary>The backend has not processed the request.</summary>
    public bool WasAskedAgain { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_isUsed)
        {
            WasAskedAgain = true;
            throw new IOException("the backend did not process the request");
        }
        _isUsed = true;
        return _body.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
