using MeshProxy.Kubernetes.Cni.Install;
using MeshProxy.Kubernetes.Cni.Repair;

namespace MeshProxy.Cni;

/// <summary>What the last look found. Written by whoever looks, one at a time; read by anybody.</summary>
internal sealed class CniInstallerState
{
    private volatile Coverage _coverage = new(false, "starting", [], []);
    private long _looks;
    private long _changes;
    private readonly long[] _repairs = new long[Enum.GetValues<RepairOutcome>().Length];

    public Coverage Coverage => _coverage;

    public long Looks => Interlocked.Read(ref _looks);

    public long Changes => Interlocked.Read(ref _changes);

    public long Repairs(RepairOutcome outcome) => Interlocked.Read(ref _repairs[(int)outcome]);

    public void Take(RepairResult tried) => Interlocked.Increment(ref _repairs[(int)tried.Outcome]);

    public void Take(Coverage found)
    {
        _coverage = found;
        Interlocked.Increment(ref _looks);
        Interlocked.Add(ref _changes, found.Changes.Length);
    }
}
