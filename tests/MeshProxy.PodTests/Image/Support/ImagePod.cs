using System.Globalization;
using MeshProxy.PodTests.Lifecycle.Kubelet;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Image.Support;

/// <summary>
/// A pod under podman, in a network namespace of the tests: the containers that the injector puts into a pod, with the commands, users,
/// variables and hooks of its manifest, under all that Kubernetes' restricted profile asks for; and an app that nobody here wrote.
/// </summary>
internal sealed class ImagePod(ImageStore store, Pod pod, InjectedPod injected) : IDisposable
{
    public const ushort AppPort = 8080;
    private const string Name = "meshed";
    private const string Sidecar = InjectedPod.Proxy;
    private const string App = "app";

    public AdminClient Admin { get; } = new(pod.Namespace);

    /// <summary>With an app that serves.</summary>
    public async Task StartAsync()
    {
        await StartMeshAsync();
        await StartServerAsync();
    }

    /// <summary>All but the app: the sidecar has started as the kubelet understands it.</summary>
    public async Task StartMeshAsync()
    {
        await PodmanAsync("pod", "create", "--name", Name, "--share", "net,ipc,uts", "--network", "host");
        foreach (var container in injected.InitContainers.Concat(injected.Containers).Where(container => container.Name != InjectedPod.App))
            await RunAsync(container, container.Name == Sidecar ? ["--detach"] : []);
        await HookAsync("postStart");
        if (injected.Sidecar.StartupProbe is not null)
            await ReadyAsync();
    }

    /// <summary>An app that is a script for bash.</summary>
    public Task StartAppAsync(string script) => RunAppAsync([], "bash", "-c", script);

    /// <summary>What the kubelet does for a hook; nothing where the manifest has none.</summary>
    public async Task HookAsync(string name)
    {
        if (injected.Sidecar.Hook(name) is { IsEmpty: false } line)
            await PodmanAsync(["exec", Sidecar, .. line]);
    }

    /// <summary>The exit code of the app when it has ended.</summary>
    public async Task<int> AppEndedAsync() => int.Parse(await PodmanAsync("wait", App), CultureInfo.InvariantCulture);

    /// <summary>SIGTERM, and SIGKILL after so many seconds; its exit code.</summary>
    public Task<int> StopAppAsync(int seconds) => StopAsync(App, seconds);

    /// <summary>What the app's container prints when it fetches that.</summary>
    public Task<string> FetchFromAppAsync(string url) =>
        PodmanAsync("exec", App, "curl", "--silent", "--show-error", "--fail", "--max-time", "30", url);

    public async Task KillSidecarAsync()
    {
        await PodmanAsync("kill", "--signal", "KILL", Sidecar);
        await PodmanAsync("wait", Sidecar);
    }

    /// <summary>As the kubelet does it after a crash: rules, app and network stay as they are.</summary>
    public async Task RestartSidecarAsync()
    {
        await PodmanAsync("start", Sidecar);
        await ReadyAsync();
    }

    /// <summary>SIGTERM, and SIGKILL after so many seconds; its exit code.</summary>
    public Task<int> StopSidecarAsync(int seconds = 20) => StopAsync(Sidecar, seconds);

    public async Task<string[]> SidecarLogAsync() =>
        (await PodmanAsync("logs", Sidecar)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Before the namespace, whose end would kill the containers behind podman's back.</summary>
    public void Dispose()
    {
        Admin.Dispose();
        PodmanAsync("pod", "rm", "--force", "--time", "0", "--ignore", Name).Wait();
    }

    private Task<string> PodmanAsync(params string[] arguments) => store.PodmanAsync(pod.Namespace, arguments);

    private async Task<int> StopAsync(string container, int seconds)
    {
        await PodmanAsync("stop", "--time", seconds.ToString(CultureInfo.InvariantCulture), container);
        return int.Parse(await PodmanAsync("inspect", container, "--format", "{{.State.ExitCode}}"), CultureInfo.InvariantCulture);
    }

    private Task RunAsync(InjectedContainer container, string[] options) => PodmanAsync([
        "run", "--pod", Name, "--name", container.Name,
        "--read-only", "--read-only-tmpfs=false", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--user", $"{container.User}:{container.User}",
        .. container.AddedCapabilities.SelectMany(capability => new[] { "--cap-add", capability }),
        .. container.Environment.SelectMany(variable => new[] { "--env", $"{variable.Key}={variable.Value}" }),
        .. container.MountPaths.SelectMany(path => new[] { "--volume", $"{EmptyFolder}:{path}:ro" }),
        .. options, "--entrypoint", container.Line[0], ImageFixture.Name, .. container.Line[1..]]);

    /// <summary>As an optional ConfigMap that does not exist is mounted.</summary>
    private string EmptyFolder => Directory.CreateDirectory(store.PathOf("empty")).FullName;

    private Task RunAppAsync(string[] options, params string[] line) => PodmanAsync([
        "run", "--detach", "--pod", Name, "--name", App, "--user", "65534:65534",
        .. BaseImages.HostPrograms, .. options, "--env", "PATH=/usr/sbin:/usr/bin", BaseImages.Sdk, .. line]);

    private async Task StartServerAsync()
    {
        var folder = store.PathOf("app");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(folder + "/nginx.conf", $$"""
            daemon off;
            master_process off;
            pid /tmp/pid;
            events { }
            http {
              access_log off;
              client_body_temp_path /tmp/bodies;
              proxy_temp_path /tmp/proxied;
              fastcgi_temp_path /tmp/fastcgi;
              uwsgi_temp_path /tmp/uwsgi;
              scgi_temp_path /tmp/scgi;
              server { listen {{AppPort}}; listen [::]:{{AppPort}}; return 200 "from the app"; }
            }
            """);
        await RunAppAsync(["--volume", $"{folder}:/app:ro"], "nginx", "-c", "/app/nginx.conf", "-e", "stderr");
        await Bound.UntilAsync(() => PortProbe.AnswersAsync(pod.Namespace, AppPort), Bound.Start, () => "the app does not listen");
    }

    private Task ReadyAsync() => Bound.UntilAsync(
        Admin.IsReadyAsync, Bound.Start, () => $"the sidecar is not ready: {PodmanAsync("logs", Sidecar).Result}");
}
