using System.Globalization;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Image.Support;

/// <summary>
/// A pod under podman, in a network namespace of the tests: an init container with NET_ADMIN alone, an app that nobody here wrote, and the
/// sidecar under all that Kubernetes' restricted profile asks for, each as the injector would have it run.
/// </summary>
internal sealed class ImagePod(ImageStore store, Pod pod) : IDisposable
{
    public const ushort AppPort = 8080;
    private const string Name = "meshed";
    private const string Sidecar = "sidecar";

    public AdminClient Admin { get; } = new(pod.Namespace);

    public async Task StartAsync()
    {
        await PodmanAsync("pod", "create", "--name", Name, "--share", "net,ipc,uts", "--network", "host");
        await RunAsync(
            "init", "65534", ["--cap-add", "NET_ADMIN"], ["--entrypoint", "/usr/local/bin/meshproxy-init", ImageFixture.Name, "init"]);
        await StartAppAsync();
        await RunAsync(Sidecar, "", ["--detach"], [ImageFixture.Name]);
        await ReadyAsync();
    }

    /// <summary>What the app's container prints when it fetches that.</summary>
    public Task<string> FetchFromAppAsync(string url) =>
        PodmanAsync("exec", "app", "curl", "--silent", "--show-error", "--fail", "--max-time", "30", url);

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

    /// <summary>SIGTERM, as to any container; its exit code.</summary>
    public async Task<int> StopSidecarAsync()
    {
        await PodmanAsync("stop", "--time", "20", Sidecar);
        return int.Parse(await PodmanAsync("inspect", Sidecar, "--format", "{{.State.ExitCode}}"), CultureInfo.InvariantCulture);
    }

    public async Task<string[]> SidecarLogAsync() =>
        (await PodmanAsync("logs", Sidecar)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Before the namespace, whose end would kill the containers behind podman's back.</summary>
    public void Dispose()
    {
        Admin.Dispose();
        PodmanAsync("pod", "rm", "--force", "--time", "0", "--ignore", Name).Wait();
    }

    private Task<string> PodmanAsync(params string[] arguments) => store.PodmanAsync(pod.Namespace, arguments);

    private Task RunAsync(string name, string user, string[] options, string[] command) => PodmanAsync([
        "run", "--pod", Name, "--name", name,
        "--read-only", "--read-only-tmpfs=false", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        .. user.Length > 0 ? new[] { "--user", $"{user}:{user}" } : [], .. options, .. command]);

    private async Task StartAppAsync()
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
        await PodmanAsync([
            "run", "--detach", "--pod", Name, "--name", "app", "--user", "65534:65534",
            .. BaseImages.HostPrograms, "--volume", $"{folder}:/app:ro", "--env", "PATH=/usr/sbin:/usr/bin",
            BaseImages.Sdk, "nginx", "-c", "/app/nginx.conf", "-e", "stderr"]);
        await Bound.UntilAsync(() => PortProbe.AnswersAsync(pod.Namespace, AppPort), Bound.Start, () => "the app does not listen");
    }

    private Task ReadyAsync() => Bound.UntilAsync(
        Admin.IsReadyAsync, Bound.Start, () => $"the sidecar is not ready: {PodmanAsync("logs", Sidecar).Result}");
}
