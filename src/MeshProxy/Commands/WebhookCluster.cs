using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;
using MeshProxy.Kubernetes.Webhook;

namespace MeshProxy.Commands;

/// <summary>What the webhook knows of its cluster; without an API server to ask, pods speak for themselves.</summary>
internal sealed class WebhookCluster : IAsyncDisposable
{
    private readonly WebhookEvents _events;
    private readonly CancellationTokenSource _end = new();
    private readonly KubernetesApi? _api;
    private readonly ResourceWatch? _watch;
    private readonly ApiFailure? _unconfigured;
    private readonly Task _run = Task.CompletedTask;
    private EgressController? _controller;
    private Task _control = Task.CompletedTask;
    private ApiFailureKind? _told;
    private bool _isTold;

    public WebhookCluster(WebhookEvents events)
    {
        _events = events;
        if (!ServiceAccount.InCluster().Has(out var server, out _unconfigured))
        {
            events.NamespacesUnknown(_unconfigured);
            Namespaces = new UnknownNamespaces(_unconfigured.Cause);
            return;
        }
        _api = new KubernetesApi(server);
        var namespaces = new WatchedNamespaces(_api);
        (Namespaces, _watch) = (namespaces, namespaces.Watch);
        _watch.Changed += Tell;
        _run = _watch.RunAsync(_end.Token);
    }

    public INamespaceAnnotations Namespaces { get; }

    /// <summary>Null where there is no API server to ask.</summary>
    public ResourceWatch? Watch => _watch;

    /// <summary>Null where none was started.</summary>
    public EgressController? Controller => _controller;

    /// <summary>Known, or not to be known: reviews are answered in both cases, but not before it is clear which.</summary>
    public bool IsSettled => _watch is null || _watch.Listed.IsCompleted || _watch.Failure is not null;

    /// <summary>Null where it runs, else why it cannot.</summary>
    public string? StartController()
    {
        if (_api is null || _watch is null)
            return _unconfigured?.Cause;
        if (ServiceAccount.OwnNamespace() is not { Length: > 0 } own)
            return $"{ServiceAccount.Folder} does not say the namespace of this pod";
        _controller = new EgressController(_api, _watch, own, $"{Environment.MachineName}_{Guid.NewGuid():N}");
        _controller.Written += _events.EgressWritten;
        _controller.Complained += wrong =>
        {
            if (wrong.Count == 0)
                _events.EgressIsWell();
            else
                _events.EgressWrong(string.Join("; ", wrong));
        };
        _control = _controller.RunAsync(_end.Token);
        return null;
    }

    /// <summary>By the oldest of API server and nodes: a node may be three minor versions behind.</summary>
    public async Task<bool> HasNativeSidecarsAsync(CancellationToken cancelled)
    {
        if (_api is null)
            return true;
        if (!(await _api.GetAsync("version", cancelled)).Has(out var answer, out var failure))
        {
            _events.VersionUnknown(failure);
            return true;
        }
        var versions = new List<string?> { ApiObject.Text(answer, "gitVersion") };
        // Without the role for it, the API server's version has to do.
        if ((await _api.ListAsync(ResourcePath.Nodes, cancelled: cancelled)).Has(out var nodes, out _))
            versions.AddRange(nodes.Items.Select(node => ApiObject.Text(node, "status", "nodeInfo", "kubeletVersion")));
        return versions.All(text => !ClusterVersion.TryParse(text ?? "", out var version) || version.HasNativeSidecars);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_run, _control);
        _controller?.Dispose();
        _api?.Dispose();
        _end.Dispose();
    }

    /// <summary>Once for each kind of failure, and once when it is over.</summary>
    private void Tell()
    {
        var failure = _watch!.Failure;
        if (_isTold && failure?.Kind == _told)
            return;
        (_told, _isTold) = (failure?.Kind, true);
        if (failure is not null)
            _events.NamespacesUnknown(failure);
        else
            _events.NamespacesKnown(_watch.Current.Count);
    }
}
