using MeshProxy.DataPlane;

namespace MeshProxy.Lifecycle;

/// <summary>Whether new connections should come here, in the words that /ready answers with.</summary>
internal sealed class ReadyState(ProxyServer server)
{
    private volatile bool _started;

    /// <summary>The listeners are bound and accepting.</summary>
    public bool IsStarted
    {
        get => _started;
        set => _started = value;
    }

    public bool IsReady => _started && server.State == DrainState.Serving;

    public string Word => server.State switch
    {
        DrainState.Serving => _started ? "ready" : "starting",
        DrainState.LameDuck => "lame duck",
        _ => "draining",
    };
}
