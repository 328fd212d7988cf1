using MeshProxy.Commands;

namespace MeshProxy.Demo.Stage;

/// <summary>
/// The sidecar of the demo's pod, set up as in a cluster: 'init' as root changes the rules and ends, 'run' has no privilege.
/// </summary>
internal sealed class DemoSidecar : IDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly DemoProcess _process;

    private DemoSidecar(DemoProcess process, AdminClient admin) => (_process, Admin) = (process, admin);

    public int ProcessId => _process.Id;

    public AdminClient Admin { get; }

    public static async Task<DemoSidecar> StartAsync(DemoMap map, string executable, CancellationToken cancelled)
    {
        using (var init = DemoProcess.Start(map.Pod, user: null, executable, ["init"]))
            await init.WaitForSuccessAsync(cancelled);
        var process = DemoProcess.Start(map.Pod, DemoMap.SidecarUser, executable, ["run"]);
        var sidecar = new DemoSidecar(process, new AdminClient(DemoMap.PathOf(map.Pod)));
        try
        {
            await sidecar.ReadyAsync(cancelled);
            return sidecar;
        }
        catch
        {
            sidecar.Dispose();
            throw;
        }
    }

    public void ThrowIfEnded()
    {
        if (_process.HasExited)
            throw _process.Failed();
    }

    /// <summary>Ends it as a cluster does, by SIGTERM; whether it was done within the time.</summary>
    public Task<bool> TerminateAsync(TimeSpan patience) => _process.TerminateAsync(patience);

    public void Dispose()
    {
        Admin.Dispose();
        _process.Dispose();
    }

    private async Task ReadyAsync(CancellationToken cancelled)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await Admin.IsReadyAsync(cancelled))
        {
            ThrowIfEnded();
            if (TimeProvider.System.GetElapsedTime(started) > StartBound)
                throw new DemoFailure(
                    ExitCode.OperatingSystem, $"the sidecar was not ready within {StartBound.TotalSeconds} s:\n{_process.LastLines}");
            await Task.Delay(PollInterval, cancelled);
        }
    }
}
