using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Cni.Repair;

namespace MeshProxy.Cni;

/// <summary>The repair of pods beside the installer. Where there is no API server, the installer goes on without.</summary>
internal sealed class CniRepairs(RepairSettings settings, CniInstallerState state, CniInstallerEvents events) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private KubernetesApi? _api;
    private Task _running = Task.CompletedTask;
    private string? _lastFailure;

    public void Start()
    {
        if (!ServiceAccount.InCluster().Has(out var server, out var failure))
        {
            events.RepairsUnable(failure.Cause);
            return;
        }
        _api = new KubernetesApi(server);
        var repair = new PodRepair(_api, settings, TimeProvider.System);
        repair.Tried += OnTried;
        repair.Failed += OnFailed;
        _running = Task.Run(() => repair.RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _api?.Dispose();
        _stop.Dispose();
    }

    private void OnTried(RepairResult tried)
    {
        state.Take(tried);
        _lastFailure = null;
        if (tried.Outcome == RepairOutcome.Repaired)
            events.Repaired(tried.Pod, tried.Message);
        else
            events.NotRepaired(tried.Pod, tried.Message);
    }

    /// <summary>Once as long as it stays the same: it comes at every look.</summary>
    private void OnFailed(string cause)
    {
        if (cause != _lastFailure)
            events.RepairsUnable(cause);
        _lastFailure = cause;
    }
}
