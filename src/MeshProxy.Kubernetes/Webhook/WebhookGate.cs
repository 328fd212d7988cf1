namespace MeshProxy.Kubernetes.Webhook;

/// <summary>Whether reviews should come here.</summary>
/// <param name="isKnown">Whether everything is known by which they are answered.</param>
public sealed class WebhookGate(Func<bool> isKnown)
{
    private volatile bool _isClosed;

    /// <summary>Reviews that come are answered, also while it closes.</summary>
    public bool IsOpen => isKnown();

    /// <summary>It is about to end, and nothing new should be sent here.</summary>
    public bool IsClosed => _isClosed;

    public void Close() => _isClosed = true;
}
