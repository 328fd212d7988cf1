using System.Text;
using MeshProxy.Admin;
using MeshProxy.Configuration;
using MeshProxy.Configuration.Reload;
using MeshProxy.DataPlane;
using MeshProxy.Lifecycle;
using MeshProxy.Telemetry;
using MeshProxy.Tests.Logging;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Admin;

/// <summary>An admin port at an address of its own, before a data plane that serves there.</summary>
internal sealed class AdminFixture : IAsyncDisposable
{
    private readonly MemoryLog _log = new();
    private readonly ProxyServer _server;
    private readonly AdminServer _admin;

    private AdminFixture(string more)
    {
        var loader = new ConfigLoader(new Dictionary<string, string>(), canBind: _ => true);
        using var file = new SidecarConfig();
        var config = loader.Load("test.json", Encoding.UTF8.GetBytes(file.Text(more))).Config!;
        Address = file.Address;
        _server = new ProxyServer(config.Settings.Proxy, Log);
        Ready = new ReadyState(_server);
        var reloader = new ConfigReloader(
            new ConfigFile("test.json", MayBeMissing: true), loader, config, (_, _) => { }, new ReloadLog(_log.Logger()));
        var routes = new AdminRoutes(Ready, Stop, _server, reloader, new MetricsPage(_server, reloader, Log), Log);
        _admin = new AdminServer(config.Settings.Admin, routes.All, Log);
        Http = new HttpClient { BaseAddress = file.Admin };
    }

    public string Address { get; }

    public HttpClient Http { get; }

    public StopRequest Stop { get; } = new();

    public ReadyState Ready { get; }

    public MeshProxy.Logging.SidecarLog Log => _log.Log;

    /// <param name="more">Further members of the configuration, each after a comma.</param>
    public static async Task<AdminFixture> StartAsync(string more = "")
    {
        var fixture = new AdminFixture(more);
        await fixture._admin.StartAsync();
        fixture._server.Start();
        return fixture;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await _admin.DisposeAsync();
        Stop.Dispose();
        _log.Dispose();
    }
}
