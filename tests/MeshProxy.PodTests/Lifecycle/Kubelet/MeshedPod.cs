using System.Collections.Immutable;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <summary>A network with the pod that lives and dies, and a pod beside it, which stays.</summary>
internal sealed class MeshedPod : IDisposable
{
    private readonly ScratchDirectory _emptyFolder = new();
    private readonly HttpClient _node;

    public MeshedPod()
    {
        App = Network.AddPod("app");
        Plain = Network.AddPod("plain");
        Admin = new AdminClient(App.Namespace);
        _node = new HttpClient(PodHttp.HandlerFor(Plain.Namespace)) { Timeout = Bound.Exchange };
    }

    public PodNetwork Network { get; } = new();

    public Pod App { get; }

    public Pod Plain { get; }

    public AdminClient Admin { get; }

    /// <summary>The pod as the injector makes it: redirect, sidecar, app.</summary>
    /// <param name="grace">Whole seconds.</param>
    /// <param name="settings">Keys of the sidecar's configuration beside those that the injector sets.</param>
    public PodSpec Spec(bool native, TimeSpan grace, ContainerSpec app, params (string Key, string Value)[] settings)
    {
        var injected = InjectedPod.Of(native, grace);
        return new PodSpec([.. injected.InitContainers.Select(Container)], [.. injected.Containers.Select(Container)]) { Grace = grace };

        ContainerSpec Container(InjectedContainer container) => container.Name == InjectedPod.App ? app : Process(container, settings);
    }

    public Task<PodLife> StartAsync(PodSpec spec) => PodLife.StartAsync(App, spec);

    public void Dispose()
    {
        Admin.Dispose();
        _node.Dispose();
        Network.Dispose();
        _emptyFolder.Dispose();
    }

    private ContainerSpec Process(InjectedContainer container, (string Key, string Value)[] settings) => new(
        container.Name, Command(container, container.Line, settings))
    {
        RestartsAlways = container.RestartsAlways,
        PostStart = Hook(container, "postStart"),
        StartupProbe = container.StartupProbe is { } probe ? () => AnswersAsync(probe.Path, probe.Port) : null,
        PreStop = Hook(container, "preStop"),
    };

    private Func<Task>? Hook(InjectedContainer container, string name)
    {
        var line = container.Hook(name);
        return line.IsEmpty ? null : async () =>
        {
            var (exitCode, output) = await PodProcess.RunAsync(App.Namespace, Command(container, line, []));
            if (exitCode != 0)
                throw new InvalidOperationException($"{name}, {string.Join(' ', line)}, ended with {exitCode}: {output}");
        };
    }

    /// <summary>
    /// The image's executables are the one under test, a mounted folder is an empty one, and root has the capability that the file in the
    /// image has.
    /// </summary>
    private PodCommand Command(InjectedContainer container, ImmutableArray<string> line, (string Key, string Value)[] settings)
    {
        Assert.StartsWith("/usr/local/bin/meshproxy", line[0]);
        var own = new SidecarOptions { Settings = settings.ToDictionary(setting => setting.Key, setting => setting.Value) }.ToEnvironment();
        foreach (var (name, value) in container.Environment)
            own.TryAdd(name, container.MountPaths.Contains(value) ? _emptyFolder.Path : value);
        return new PodCommand(MeshProxyExecutable.Path, [.. line[1..]])
        {
            User = container.AddedCapabilities.IsEmpty ? container.User : null,
            Environment = own,
        };
    }

    /// <summary>As the kubelet asks: from outside the pod, at its address.</summary>
    private async Task<bool> AnswersAsync(string path, int port)
    {
        try
        {
            using var answer = await _node.GetAsync(new Uri($"http://{App.V4}:{port}{path}"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
