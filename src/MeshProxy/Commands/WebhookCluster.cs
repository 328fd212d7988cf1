using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;
using MeshProxy.Kubernetes.Webhook;

namespace MeshProxy.Commands;

/// <summary>What the webhook knows of its cluster; without an API server to ask, pods speak for themselves.</summary>
internal sealed class WebhookCluster : IAsyncDisposable
{
    private readonly WebhookEvents _events;
    private readonly string _account;
    private readonly ClusterVersionWatch? _version;
    private readonly CancellationTokenSource _end = new();
    private readonly KubernetesApi? _api;
    private readonly ResourceWatch? _watch;
    private readonly ApiFailure? _unconfigured;
    private readonly Task _run = Task.CompletedTask;
    private EgressController? _controller;
    private Task _control = Task.CompletedTask;
    private ApiFailureKind? _told;
    private bool _isTold;

    /// <param name="account">The folder of the service account.</param>
    /// <param name="isVersionGiven">Somebody has said the cluster's version.</param>
    public WebhookCluster(WebhookEvents events, string account, bool isVersionGiven)
    {
        (_events, _account) = (events, account);
        if (!ServiceAccount.InCluster(Environment.GetEnvironmentVariable, account).Has(out var server, out _unconfigured))
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
        if (isVersionGiven)
            return;
        _version = new ClusterVersionWatch(_api);
        _version.Changed += version => events.VersionKnown(version, version.HasNativeSidecars ? "native" : "classic");
        _version.Failed += failure => events.VersionUnknown(_version.Oldest?.ToString() ?? "nothing; not ready until it is", failure);
        _run = Task.WhenAll(_run, _version.RunAsync(_end.Token));
    }

    public INamespaceAnnotations Namespaces { get; }

    /// <summary>Null where there is no API server to ask.</summary>
    public ResourceWatch? Watch => _watch;

    /// <summary>Null where none was started.</summary>
    public EgressController? Controller => _controller;

    /// <summary>The oldest of API server and nodes; null where it is given, or there is no API server to ask.</summary>
    public ClusterVersion? Version => _version?.Oldest;

    /// <summary>
    /// Namespaces are known, or not to be known: reviews are answered in both cases, but not before it is clear which. The version has to
    /// be known: a sidecar of the wrong kind keeps a pod from starting, or a Job from ending.
    /// </summary>
    public bool IsSettled => (_watch is null || _watch.Listed.IsCompleted || _watch.Failure is not null)
        && (_version is null || _version.Oldest is not null);

    /// <summary>Null where it runs, else why it cannot.</summary>
    public string? StartController()
    {
        if (_api is null || _watch is null)
            return _unconfigured?.Cause;
        if (ServiceAccount.OwnNamespace(_account) is not { Length: > 0 } own)
            return $"{_account} does not say the namespace of this pod";
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
