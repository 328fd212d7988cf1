namespace MeshProxy.Kubernetes.Controller;

/// <summary>Counters of the controller, and what its last look found. One task writes; anybody may read.</summary>
public sealed class EgressMetrics
{
    private long _reconciles, _failedReconciles, _writes, _failedWrites, _networks, _wrongNetworks;

    /// <summary>Looks by the replica that holds the lease, after which all is as it should be.</summary>
    public long Reconciles => Interlocked.Read(ref _reconciles);

    /// <summary>Those in which a write failed.</summary>
    public long FailedReconciles => Interlocked.Read(ref _failedReconciles);

    /// <summary>ConfigMaps created or replaced, or found so by somebody who was first.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    public long FailedWrites => Interlocked.Read(ref _failedWrites);

    /// <summary>EgressNetworks of the last look; 0 where this replica has never held the lease.</summary>
    public long Networks => Interlocked.Read(ref _networks);

    /// <summary>Those of them that have an error, and stay as they were when they last had none.</summary>
    public long WrongNetworks => Interlocked.Read(ref _wrongNetworks);

    internal void Looked(int networks, int wrong, bool hasFailed)
    {
        Interlocked.Exchange(ref _networks, networks);
        Interlocked.Exchange(ref _wrongNetworks, wrong);
        Interlocked.Increment(ref hasFailed ? ref _failedReconciles : ref _reconciles);
    }

    internal void Wrote(bool isDone) => Interlocked.Increment(ref isDone ? ref _writes : ref _failedWrites);
}
