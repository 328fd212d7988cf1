using System.Collections.Immutable;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <summary>A network with the pod that lives and dies, and a pod beside it, which stays.</summary>
internal sealed class MeshedPod : IDisposable
{
    public MeshedPod()
    {
        App = Network.AddPod("app");
        Plain = Network.AddPod("plain");
        Admin = new AdminClient(App.Namespace);
    }

    public PodNetwork Network { get; } = new();

    public Pod App { get; }

    public Pod Plain { get; }

    public AdminClient Admin { get; }

    /// <summary>The pod as the injector makes it: redirect, sidecar, app.</summary>
    /// <param name="settings">Keys of the sidecar's configuration beside the mode and the grace.</param>
    public PodSpec Spec(bool native, TimeSpan grace, ContainerSpec app, params IEnumerable<(string Key, string Value)> settings)
    {
        var init = new ContainerSpec("init", new PodCommand(MeshProxyExecutable.Path, "init") { User = null });
        var sidecar = Proxy(native, grace, settings);
        return native
            ? new PodSpec([init, sidecar], [app]) { Grace = grace }
            : new PodSpec([init], [sidecar, app]) { Grace = grace };
    }

    public Task<PodLife> StartAsync(PodSpec spec) => PodLife.StartAsync(App, spec);

    public void Dispose()
    {
        Admin.Dispose();
        Network.Dispose();
    }

    public ContainerSpec Proxy(bool native, TimeSpan grace, IEnumerable<(string Key, string Value)> settings)
    {
        var options = new SidecarOptions
        {
            Settings = settings.Append(("shutdown.mode", native ? "native" : "classic"))
                .Append(("shutdown.gracePeriod", $"{(long)grace.TotalMilliseconds}ms"))
                .ToImmutableDictionary(setting => setting.Item1, setting => setting.Item2),
        };
        var run = new PodCommand(MeshProxyExecutable.Path, "run") { User = Sidecar.User, Environment = options.ToEnvironment() };
        return new ContainerSpec("meshproxy", run)
        {
            RestartsAlways = native,
            StartupProbe = Admin.IsReadyAsync,
            // A native sidecar tells its clients as soon as the pod is to end, long before its own signal.
            PreStop = native ? () => Admin.PostAsync("/drain") : null,
        };
    }
}
