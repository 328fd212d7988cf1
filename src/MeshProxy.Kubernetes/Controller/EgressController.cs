using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>
/// Keeps the egress ConfigMaps of meshed namespaces as <see cref="EgressPlan"/> says, from three watches of the cluster, whatever the
/// number of its pods: sidecars read files. Every replica watches; the one that holds the lease writes.
/// </summary>
public sealed class EgressController : IDisposable
{
    /// <summary>Changes come in bursts, as of a folder; and what was written comes back as an event in that time.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    private readonly KubernetesApi _api;
    private readonly ResourceWatch _namespaces, _networks, _maps;
    private readonly LeaderLease _lease;
    private readonly string _own;
    private readonly SemaphoreSlim _changed = new(0);

    /// <param name="namespaces">Run by somebody else.</param>
    /// <param name="own">MeshProxy's own namespace: its networks are for all, and the lease is there.</param>
    /// <param name="identity">Of this replica, such as the name of its pod.</param>
    public EgressController(KubernetesApi api, ResourceWatch namespaces, string own, string identity, LeaseTimes? times = null)
    {
        (_api, _namespaces, _own) = (api, namespaces, own);
        _networks = new ResourceWatch(api, ResourcePath.EgressNetworks);
        _maps = new ResourceWatch(api, EgressConfigMap.All, keep: EgressConfigMap.Kept);
        _lease = new LeaderLease(api, own, identity, times ?? LeaseTimes.Default);
        foreach (var watch in new[] { _namespaces, _networks, _maps })
            watch.Changed += Wake;
        _lease.Changed += Wake;
    }

    public bool IsLeader => _lease.IsHeld;

    public EgressMetrics Metrics { get; } = new();

    /// <summary>Those that are run here: of all but the namespaces.</summary>
    public IEnumerable<ResourceWatch> Watches => [_networks, _maps];

    /// <summary>Called after each write, with what was written.</summary>
    public event Action<string>? Written;

    /// <summary>Called after a look with what is wrong, where that has changed; empty where nothing is.</summary>
    public event Action<IReadOnlyList<string>>? Complained;

    /// <summary>Until cancelled; gives the lease back then.</summary>
    public async Task RunAsync(CancellationToken cancelled)
    {
        var work = WorkAsync(cancelled);
        await Task.WhenAll(work, _networks.RunAsync(cancelled), _maps.RunAsync(cancelled), _lease.RunAsync(cancelled));
        foreach (var watch in new[] { _namespaces, _networks, _maps })
            watch.Changed -= Wake;
    }

    /// <summary>After <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => _changed.Dispose();

    private async Task WorkAsync(CancellationToken cancelled)
    {
        IReadOnlyList<string> said = [];
        try
        {
            while (true)
            {
                await _changed.WaitAsync(_api.Timeouts.LongestRetry, cancelled);
                await Task.Delay(Settling, cancelled);
                while (_changed.Wait(0, CancellationToken.None))
                {
                    // One look is for all of them.
                }
                var complaints = await LookAsync(cancelled);
                if (!complaints.SequenceEqual(said))
                    Complained?.Invoke(complaints);
                said = complaints;
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
        }
    }

    /// <summary>Nothing is written before everything is known: what is not listed yet would pass for gone.</summary>
    private async Task<IReadOnlyList<string>> LookAsync(CancellationToken cancelled)
    {
        var watches = new[] { _namespaces, _networks, _maps };
        var complaints = watches.Select(watch => watch.Failure).Append(_lease.Failure).OfType<ApiFailure>().Select(f => f.Cause).ToList();
        if (!_lease.IsHeld || !watches.All(watch => watch.Listed.IsCompleted))
            return complaints;
        var plan = EgressPlan.Of(_namespaces.Current.Values, _networks.Current.Values, _maps.Current, _own);
        complaints.AddRange(plan.Errors);
        var refused = await WriteAsync(plan.Writes, cancelled);
        Metrics.Looked(_networks.Current.Count, plan.WrongNetworks, refused.Count > 0);
        return [.. complaints, .. refused];
    }

    /// <returns>Why writes failed.</returns>
    private async Task<List<string>> WriteAsync(IEnumerable<EgressWrite> writes, CancellationToken cancelled)
    {
        var refused = new List<string>();
        foreach (var write in writes.TakeWhile(_ => _lease.IsHeld))
        {
            var failure = await WriteAsync(write, cancelled);
            Metrics.Wrote(failure is null);
            if (failure is not null)
                refused.Add(failure.Cause);
            else
                Written?.Invoke(write.ToString());
        }
        return refused;
    }

    /// <summary>Null where it is done, or somebody was there first, which an event is going to tell.</summary>
    private async Task<ApiFailure?> WriteAsync(EgressWrite write, CancellationToken cancelled)
    {
        var maps = ResourcePath.ConfigMaps.In(write.Namespace);
        var answer = write.IsNew ? await _api.CreateAsync(maps, write.Content, cancelled)
            : await _api.ReplaceAsync(maps, EgressConfigMap.Name, write.Content, cancelled);
        return answer.Failure is { Kind: ApiFailureKind.Conflict or ApiFailureKind.NotFound } ? null : answer.Failure;
    }

    private void Wake() => _changed.Release();
}
