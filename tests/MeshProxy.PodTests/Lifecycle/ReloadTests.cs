using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>A changed configuration file takes effect without a connection being dropped; a bad one takes none.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [PodFact]
    [Trait("fault", "T21")]
    public async Task New_settings_hold_for_new_connections_and_open_ones_go_on()
    {
        using var mesh = await StartAsync();
        using var before = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4);
        await before.ExchangeAsync();
        var accepted = await mesh.Sidecar.WatchAsync("meshproxy_config_reloads_total", ("result", "ok"));

        var formerlyUnmarked = mesh.App.Namespace.NextPort();
        WriteConfig($"{formerlyUnmarked}");
        await accepted.ReachesAsync(1);

        var skipped = await mesh.DetectionsAsync(TrafficPath.Inbound, "opaque_port");
        using var after = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4, formerlyUnmarked);
        await after.ExchangeAsync();
        await skipped.AllGainAsync(1);
        await before.ExchangeAsync();
    }

    /// <summary>How a mounted ConfigMap changes: the file is a link into a folder that is swapped by a rename.</summary>
    [PodFact]
    public async Task A_swapped_folder_is_noticed_like_a_changed_file()
    {
        Publish("first", Config("28000-28999"));
        File.CreateSymbolicLink(ConfigFile, "..data/proxy.config.json");
        using var mesh = await Mesh.StartAsync(new SidecarOptions { ConfigFile = ConfigFile });
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4);
        var accepted = await mesh.Sidecar.WatchAsync("meshproxy_config_reloads_total", ("result", "ok"));

        Publish("second", Config("28000-28998"));

        await accepted.ReachesAsync(1);
        await session.ExchangeAsync();
    }

    [PodFact]
    [Trait("fault", "T21")]
    public async Task A_bad_file_is_refused_with_every_error_and_the_old_settings_stay()
    {
        using var mesh = await StartAsync();
        using var session = await TcpSession.OpenAsync(mesh, TrafficPath.Outbound, IpFamily.V6);
        var rejected = await mesh.Sidecar.WatchAsync("meshproxy_config_reloads_total", ("result", "rejected"));

        File.WriteAllText(ConfigFile, """{ "inbound": { "opaquePort": "80" }, "outbound": { "tcp": { "connectTimeout": "soon" } } }""");

        await rejected.ReachesAsync(1);
        await mesh.Sidecar.Process.SeeAsync("opaquePorts", Bound.Exchange);
        await mesh.Sidecar.Process.SeeAsync("soon", Bound.Exchange);
        Assert.True(await mesh.Sidecar.Admin.IsReadyAsync());
        await session.ExchangeAsync();
        using var another = await TcpSession.OpenAsync(mesh, TrafficPath.Outbound, IpFamily.V4);
    }

    public void Dispose() => _scratch.Dispose();

    private const string FileName = "proxy.config.json";

    private string ConfigFile => _scratch.PathOf(FileName);

    private Task<Mesh> StartAsync()
    {
        WriteConfig("28000-28999");
        return Mesh.StartAsync(new SidecarOptions { ConfigFile = ConfigFile });
    }

    private void WriteConfig(string opaquePorts) => _scratch.Replace(FileName, Config(opaquePorts));

    private static string Config(string opaquePorts) =>
        $$"""{ "inbound": { "opaquePorts": "{{opaquePorts}}" }, "outbound": { "opaquePorts": "{{opaquePorts}}" } }""";

    private void Publish(string version, string config)
    {
        Directory.CreateDirectory(_scratch.PathOf(version));
        File.WriteAllText(_scratch.PathOf(version + "/proxy.config.json"), config);
        File.CreateSymbolicLink(_scratch.PathOf("..data_tmp"), version);
        Tool.Run("mv", ["--no-target-directory", _scratch.PathOf("..data_tmp"), _scratch.PathOf("..data")]);
    }
}
