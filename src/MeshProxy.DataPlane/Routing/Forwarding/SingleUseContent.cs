using System.Net;
using System.Net.Http.Headers;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>
/// A request's body on its way to an HTTP/2 backend, which the forwarder can copy once. The HTTP client asks for it a second time only
/// where the backend has said that it did not process the request (GOAWAY below its stream, REFUSED_STREAM): it would send it again on
/// another connection. That is ours to do, with what was kept of the body.
/// </summary>
/// <remarks>
/// A backend may say so while the body is still coming. Then its copy is cancelled, and the response ends, both at once; the client would
/// take a cancelled copy that ends first for the reason, and not know any more that it may send again. So it hears of it last.
/// </remarks>
internal sealed class SingleUseContent : HttpContent
{
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpContent _body;
    private CancellationToken _cancelled;
    private bool _isUsed;

    public SingleUseContent(HttpContent body)
    {
        _body = body;
        foreach (var (name, values) in body.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <summary>The backend has not processed the request.</summary>
    public bool WasAskedAgain { get; private set; }

    /// <summary>The copy was ended by the backend, or because the request ended: not by the client.</summary>
    public bool WasCancelled => _cancelled.IsCancellationRequested;

    /// <summary>The client has a response, or has given up.</summary>
    public void Sent() => _sent.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_isUsed)
        {
            WasAskedAgain = true;
            throw new IOException("the backend did not process the request");
        }
        (_isUsed, _cancelled) = (true, cancellationToken);
        try
        {
            await _body.CopyToAsync(stream, context, cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Told below. The forwarder takes a cancelled read for the client's fault, and keeps a cancelled write to itself.
        }
        if (!cancellationToken.IsCancellationRequested)
            return;
        await _sent.Task;
        cancellationToken.ThrowIfCancellationRequested();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
