using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>
/// The real executable in a pod, as in a cluster: its rules applied by 'init' as root, then 'run' as uid 2102 with no capability.
/// </summary>
internal sealed class Sidecar : IDisposable
{
    public const int User = 2102;

    private Sidecar(Pod pod, PodProcess process) => (Process, Admin) = (process, new AdminClient(pod.Namespace));

    public PodProcess Process { get; }

    public AdminClient Admin { get; }

    public static async Task<Sidecar> StartAsync(Pod pod, SidecarOptions options)
    {
        await RedirectAsync(pod);
        string[] line =
        [
            .. options.Launcher, MeshProxyExecutable.Path, "run",
            .. options.ConfigFile is { } file ? new[] { "--config", file } : [],
        ];
        var run = new PodCommand(line[0], line[1..])
        {
            User = User,
            OpenFiles = options.OpenFiles,
            RootLauncher = options.RootLauncher,
            Environment = options.ToEnvironment(),
        };
        var sidecar = new Sidecar(pod, PodProcess.Start(pod.Namespace, run));
        try
        {
            await sidecar.ReadyAsync();
            return sidecar;
        }
        catch
        {
            sidecar.Dispose();
            throw;
        }
    }

    /// <summary>A counter from now on. Take it before the deed.</summary>
    public async Task<CounterWatch> WatchAsync(string name, params (string Name, string Value)[] labels) =>
        new(this, name, labels, (await Admin.MetricsAsync()).Sum(name, labels));

    public void Dispose()
    {
        Process.Dispose();
        Admin.Dispose();
    }

    private static async Task RedirectAsync(Pod pod)
    {
        var init = new PodCommand(MeshProxyExecutable.Path, "init") { User = null };
        var (exitCode, output) = await PodProcess.RunAsync(pod.Namespace, init);
        if (exitCode != 0)
            throw new InvalidOperationException($"meshproxy init ended with {exitCode}: {output}");
    }

    private Task ReadyAsync() => Bound.UntilAsync(
        async () => Process.HasExited
            ? throw new InvalidOperationException($"the sidecar ended: {Process.Describe()}")
            : await Admin.IsReadyAsync(),
        Bound.Start,
        () => $"the sidecar is not ready: {Process.Describe()}");
}
