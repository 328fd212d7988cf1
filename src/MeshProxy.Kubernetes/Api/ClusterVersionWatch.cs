using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <summary>
/// The oldest version among API server and nodes, asked for until it is known and now and then after that: clusters are updated while a
/// webhook runs, and a native sidecar on a node that knows none never lets the pod start.
/// </summary>
/// <param name="interval">Between two looks; 5 min unless given.</param>
public sealed class ClusterVersionWatch(KubernetesApi api, TimeSpan? interval = null)
{
    private readonly TimeSpan _interval = interval ?? TimeSpan.FromMinutes(5);
    private readonly RetryPause _pause = new(api.Timeouts);
    private volatile Known? _known;

    /// <summary>Null until it is known; stays what it was where a later look fails.</summary>
    public ClusterVersion? Oldest => _known?.Version;

    /// <summary>Called by the task that runs this, when the oldest version is another.</summary>
    public event Action<ClusterVersion>? Changed;

    /// <summary>Called likewise, at every look that fails.</summary>
    public event Action<ApiFailure>? Failed;

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancelled)
    {
        try
        {
            while (true)
                await Task.Delay(await LookAsync(cancelled), cancelled);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
        }
    }

    /// <returns>When to look again.</returns>
    private async Task<TimeSpan> LookAsync(CancellationToken cancelled)
    {
        var (oldest, failure) = await AskAsync(cancelled);
        if (failure is not null)
        {
            Failed?.Invoke(failure);
            return _pause.Next();
        }
        _pause.Reset();
        if (_known?.Version != oldest)
        {
            _known = new Known(oldest);
            Changed?.Invoke(oldest);
        }
        return _interval;
    }

    private async Task<(ClusterVersion Oldest, ApiFailure? Failure)> AskAsync(CancellationToken cancelled)
    {
        if (!(await api.GetAsync("version", cancelled)).Has(out var answer, out var failure))
            return (default, failure);
        if (!ClusterVersion.TryParse(ApiObject.Text(answer, "gitVersion") ?? "", out var oldest))
            return (default, new ApiFailure(ApiFailureKind.BadAnswer, "GET /version: the answer has no version"));
        if ((await api.ListAsync(ResourcePath.Nodes, cancelled: cancelled)).Has(out var nodes, out var unlisted))
            return (nodes.Items.Aggregate(oldest, Older), null);
        // Without the role for it, the API server's version has to do; a node may be three minor versions behind.
        return unlisted.Kind == ApiFailureKind.Forbidden ? (oldest, null) : (default, unlisted);
    }

    private static ClusterVersion Older(ClusterVersion version, JsonObject node) =>
        ClusterVersion.TryParse(ApiObject.Text(node, "status", "nodeInfo", "kubeletVersion") ?? "", out var other)
        && (other.Major, other.Minor).CompareTo((version.Major, version.Minor)) < 0 ? other : version;

    private sealed record Known(ClusterVersion Version);
}
