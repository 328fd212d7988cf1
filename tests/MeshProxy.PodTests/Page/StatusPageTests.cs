using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using MeshProxy.PodTests.Prometheus;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Browser;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Page;

/// <summary>The status page in a real browser, of a real sidecar under real traffic.</summary>
public sealed class StatusPageTests(ServerPool<NginxServer> nginx) : IClassFixture<ServerPool<NginxServer>>, IAsyncLifetime
{
    private const string Url = "http://127.0.0.1:4191/";

    /// <summary>Set to the path of a PNG file, it is what the README shows.</summary>
    private static readonly string? Screenshot = Environment.GetEnvironmentVariable("STATUS_PAGE_SCREENSHOT");

    private readonly ScratchDirectory _scratch = new();
    private Mesh? _mesh;
    private Chromium? _browser;

    private Mesh Mesh => _mesh!;

    private string ConfigFile => _scratch.PathOf("proxy.config.json");

    public async Task InitializeAsync()
    {
        if (PodRequirements.Missing("chromium") is not null)
            return;
        await WriteConfigAsync("{}");
        _mesh = await Mesh.StartAsync(new SidecarOptions { ConfigFile = ConfigFile });
        _browser = await Chromium.StartAsync(_mesh.App);
    }

    public Task DisposeAsync()
    {
        _browser?.Dispose();
        _mesh?.Dispose();
        _scratch.Dispose();
        return Task.CompletedTask;
    }

    [PodFact("chromium", "nginx", "curl")]
    public async Task Page_shows_traffic_as_it_comes()
    {
        var server = await ServerAsync();
        using var tab = await _browser!.OpenAsync(Url);
        await tab.UntilAsync("document.querySelector('#stream').dataset.state === 'live'");
        Assert.Equal("ready", await tab.TextAsync("#phase"));
        Assert.Contains("No connection has come yet", await tab.TextAsync("#destinations-empty"));

        await GetAsync(server, 3);

        await tab.UntilAsync(Row(server, "http1", "3"));
        await GetAsync(server, 2);
        await tab.UntilAsync(Row(server, "http1", "5"));
        await tab.UntilAsync("document.querySelector('#detections').textContent.includes('HTTP/1 request')");
        await tab.UntilAsync("document.querySelectorAll('.tile.errors').length === 0");
        await tab.UntilAsync("document.querySelector('#redirect-words').textContent.includes('NET_ADMIN')");
        Assert.Empty(tab.Complaints);
    }

    [PodFact("chromium", "nginx", "curl")]
    public async Task Table_is_filtered_and_sorted_from_the_keyboard()
    {
        var server = await ServerAsync();
        await GetAsync(server, 4);
        await RefusedAsync(2);
        using var tab = await _browser!.OpenAsync(Url);
        await tab.UntilAsync("document.querySelectorAll('#destinations tbody tr').length === 2");

        await tab.PressAsync("/");
        await tab.TypeAsync("errors");
        await tab.UntilAsync("document.querySelectorAll('#destinations tbody tr').length === 1");
        Assert.Equal("1 of 2", await tab.TextAsync("#destinations-count"));
        await tab.PressAsync("Escape");
        await tab.UntilAsync("document.querySelectorAll('#destinations tbody tr').length === 2");

        await tab.EvaluateAsync("[...document.querySelectorAll('#destinations th button')].find(b => b.textContent === 'Errors').focus()");
        await tab.PressAsync("Enter");
        await tab.UntilAsync(Sorted("Errors", "descending", "2,0"));
        await tab.PressAsync("Enter");
        await tab.UntilAsync(Sorted("Errors", "ascending", "0,2"));
        await tab.PressAsync("3");
        await tab.UntilAsync("document.querySelector('#direction input:checked').value === 'outbound'");
        Assert.Empty(tab.Complaints);
    }

    /// <summary>There the head of the table is not shown.</summary>
    [PodFact("chromium", "nginx", "curl")]
    public async Task Table_is_sorted_on_a_phone_too()
    {
        var server = await ServerAsync();
        await GetAsync(server, 4);
        await RefusedAsync(2);
        using var tab = await _browser!.OpenAsync(Url);
        await tab.UntilAsync("getComputedStyle(document.querySelector('.sort')).display === 'none'");
        await tab.LookAsync(390, 844);
        await tab.UntilAsync("document.querySelector('#sort').checkVisibility()");
        await tab.UntilAsync("document.querySelectorAll('#destinations tbody tr').length === 2");

        await tab.EvaluateAsync("document.querySelector('#sort').value = 'errors'");
        await tab.EvaluateAsync("document.querySelector('#sort').dispatchEvent(new Event('change'))");
        await tab.UntilAsync(Sorted("Errors", "descending", "2,0"));
        await tab.EvaluateAsync("document.querySelector('#sort-order').focus()");
        await tab.PressAsync("Enter");
        await tab.UntilAsync(Sorted("Errors", "ascending", "0,2"));
        Assert.Empty(tab.Complaints);
    }

    /// <summary>Yesterday's end at this hour is not to be taken for one of just now.</summary>
    [PodFact("chromium")]
    public async Task Ends_tell_their_age_and_how_many_are_not_shown()
    {
        using var tab = await _browser!.OpenAsync(Url);
        for (ushort port = 9; port < 27; port++)
            await RefusedAsync(1, port);
        await tab.UntilAsync("document.querySelector('#ends-count').textContent === '15 of 18 shown'");
        await tab.UntilAsync("/^\\d+ [sm] ago$/.test(document.querySelector('#ends tbody td').textContent)");
        await tab.UntilAsync("Math.abs(Date.parse(document.querySelector('#ends tbody td').title) - Date.now()) < 3600000");

        await tab.EvaluateAsync("import('/page/format.js').then(format => globalThis.age = format.age)");
        await tab.UntilAsync("globalThis.age !== undefined");
        await tab.UntilAsync("age(0, 185000) === '3 m ago' && age(0, 86399000) === '23 h ago'");
        await tab.UntilAsync("/^2026-03-0[78] \\d\\d:12$/.test(age(Date.UTC(2026, 2, 8, 3, 12), Date.UTC(2026, 2, 9, 3, 13)))");
        Assert.Empty(tab.Complaints);
    }

    [PodFact("chromium", "nginx", "curl")]
    public async Task Every_text_can_be_read_in_both_schemes()
    {
        var server = await ServerAsync();
        using var tab = await _browser!.OpenAsync(Url);
        await PopulateAsync(server, errors: true);
        await tab.UntilAsync("document.querySelectorAll('#ends tbody tr').length >= 2");
        await tab.UntilAsync("document.querySelector('#destinations .zero') !== null");
        await tab.EvaluateAsync("document.querySelector('#notice').textContent = 'Lost.'");
        await tab.EvaluateAsync("document.querySelector('#notice').hidden = false");
        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false), (390, true) })
        {
            await tab.LookAsync(width, 900, dark);
            await tab.UntilAsync($"matchMedia('(prefers-color-scheme: {(dark ? "dark" : "light")})').matches && innerWidth === {width}");
            Assert.Equal("", (await tab.EvaluateAsync(TextContrast.TooLow))!.GetValue<string>());
        }
        await tab.EvaluateAsync("document.querySelector('h2').style.opacity = 0.4");
        Assert.Contains("H2", (await tab.EvaluateAsync(TextContrast.TooLow))!.GetValue<string>());
    }

    [PodFact("chromium")]
    public async Task Skip_link_and_tables_take_the_keyboard()
    {
        using var tab = await _browser!.OpenAsync(Url);
        await tab.UntilAsync("document.querySelector('#stream').dataset.state === 'live'");
        await tab.EvaluateAsync("document.querySelector('.skip').focus()");
        await tab.PressAsync("Enter");
        await tab.UntilAsync("document.activeElement.id === 'destinations-title'");
        await tab.UntilAsync("[...document.querySelectorAll('.scroll')].every(box => box.tabIndex === 0)");
        Assert.Empty(tab.Complaints);
    }

    [PodFact("chromium", "nginx", "curl")]
    public async Task Page_survives_a_restart_of_the_proxy_and_says_so()
    {
        var server = await ServerAsync();
        await GetAsync(server, 4);
        using var tab = await _browser!.OpenAsync(Url);
        await tab.UntilAsync(Row(server, "http1", "4"));

        Mesh.Sidecar.Process.Send(Signal.Terminate);
        await Mesh.Sidecar.Process.ExitAsync(Bound.Exchange);
        await tab.UntilAsync("document.querySelector('#stream').dataset.state === 'lost'");
        await tab.UntilAsync("document.querySelector('#notice').textContent.includes('Connection lost')");
        using var next = await Sidecar.StartAsync(Mesh.App, new SidecarOptions());

        await tab.UntilAsync("document.querySelector('#notice').textContent.includes('restarted')");
        await tab.UntilAsync("document.querySelector('#stream').dataset.state === 'live'");
        await GetAsync(server, 1);
        await tab.UntilAsync(Row(server, "http1", "1"));
    }

    /// <summary>A probe is due at the end of an ejection, and is made of the next request: until then the page goes on saying so.</summary>
    [PodFact("chromium", "curl")]
    public async Task Backend_that_fails_is_shown_ejected_and_comes_back()
    {
        using var backend = new SlowHttpServer(Mesh.Plain, TimeSpan.FromMilliseconds(1));
        var address = string.Create(CultureInfo.InvariantCulture, $"{Mesh.Plain.V4}:{backend.Port}");
        using var tab = await _browser!.OpenAsync(Url);
        await tab.UntilAsync(
            "document.querySelector('#stream').dataset.state === 'live' && document.querySelector('#backends-section').hidden");
        await WriteConfigAsync(
            $$"""{ "outbound": { "routes": [{ "name": "cart", "backends": [{ "target": "{{address}}" }],"""
            + """ "ejection": { "failures": 2, "for": "1s" } }] } }""");
        await tab.UntilAsync(Backend(address, "state === 'available' && !row.cells[3].classList.contains('bad')"));
        await tab.UntilAsync(Backend(address, "row.cells[6].textContent === '–'"));

        for (var i = 0; i < 2; i++)
            await Curl.RunAsync(Mesh.App, "--no-fail", "--output", "/dev/null", $"http://{address}/broken");
        await tab.UntilAsync(Backend(address, "state === 'ejected, the next request tries it' && row.cells[3].classList.contains('bad')"));
        Assert.Equal("1, 1 ejected", await tab.TextAsync("#backends-count"));
        await tab.UntilAsync($"[...document.querySelectorAll('#destinations tbody tr')].some(row => row.textContent.includes('{address}')"
            + " && row.cells[11].textContent === 'ejected')");

        await Curl.RunAsync(Mesh.App, $"http://{address}/");
        await tab.UntilAsync(Backend(address, "state === 'available'"));
        Assert.Equal("1", await tab.TextAsync("#backends-count"));
        Assert.Empty(tab.Complaints);
    }

    /// <summary>What a client of the network can write into the page: the protocols that its TLS hello offers.</summary>
    [PodFact("chromium")]
    public async Task Hostile_names_are_text_and_nothing_else()
    {
        const string hostile = "<img/src=x/onerror=alert(1)>";
        using var tab = await _browser!.OpenAsync(Url);
        await ResetAfterHelloAsync(hostile, Mesh.Plain.Namespace.NextPort());

        await tab.UntilAsync("document.querySelector('#ends').textContent.includes('onerror')");
        Assert.Contains(hostile, await tab.TextAsync("#ends"));
        Assert.Contains("the server reset it", await tab.TextAsync("#ends"));
        await tab.UntilAsync("document.querySelectorAll('#ends img').length === 0");
        Assert.Empty(tab.Complaints);
    }

    [PodFact("chromium", "nginx", "curl")]
    public async Task Page_fits_a_phone_and_is_the_picture_of_the_readme()
    {
        var server = await ServerAsync();
        using var tab = await _browser!.OpenAsync(Url);
        await tab.LookAsync(390, 844);
        await PopulateAsync(server, errors: true);
        await tab.UntilAsync("document.querySelectorAll('#destinations tbody tr').length >= 5");
        await tab.UntilAsync("document.querySelectorAll('#ends tbody tr').length >= 2");
        await tab.UntilAsync("document.documentElement.scrollWidth <= innerWidth");
        await tab.UntilAsync("[...document.querySelectorAll('.tile')].every(t => t.scrollWidth <= t.clientWidth)");

        await tab.LookAsync(1280, 900);
        await tab.UntilAsync("document.documentElement.scrollWidth <= innerWidth");
        if (Screenshot is not null)
            await File.WriteAllBytesAsync(Screenshot, await PictureAsync(server, tab));
        Assert.Empty(tab.Complaints);
    }

    /// <summary>Sparklines need half a minute to have a shape. The picture ends between two sections.</summary>
    private async Task<byte[]> PictureAsync(string server, BrowserTab tab)
    {
        using var first = await TcpSession.OpenAsync(Mesh, TrafficPath.Outbound, IpFamily.V6, 3306);
        using var second = await TcpSession.OpenAsync(Mesh, TrafficPath.Outbound, IpFamily.V6, 3306);
        using var cache = await TcpSession.OpenAsync(Mesh, TrafficPath.Inbound, IpFamily.V4, 6379);
        foreach (var session in new[] { first, second, cache })
            await session.ExchangeAsync();
        var began = TimeProvider.System.GetTimestamp();
        for (var round = 0; TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90); round++)
        {
            await PopulateAsync(server, errors: round % 150 == 0);
            await Task.Delay(Random.Shared.Next(60));
        }
        var bottom = await tab.EvaluateAsync("Math.round(document.querySelector('.pair').getBoundingClientRect().top + scrollY) + 14");
        await tab.LookAsync(1280, bottom!.GetValue<int>(), density: 2);
        await tab.UntilAsync("document.documentElement.scrollWidth <= innerWidth");
        return await tab.ScreenshotAsync();
    }

    private async Task PopulateAsync(string server, bool errors)
    {
        await GetAsync(server, Random.Shared.Next(1, 6));
        using var database = await TcpSession.OpenAsync(Mesh, TrafficPath.Outbound, IpFamily.V6, 3306);
        await database.ExchangeAsync();
        using var cache = await TcpSession.OpenAsync(Mesh, TrafficPath.Inbound, IpFamily.V4, 6379);
        await cache.ExchangeAsync();
        using var mail = await TcpSession.OpenAsync(Mesh, TrafficPath.External, IpFamily.V4, 2525);
        await mail.Server.SendTextAsync("220 mail.example\r\n");
        await mail.Client.ReadAsync(18);
        if (!errors)
            return;
        await RefusedAsync(1);
        await ResetAfterHelloAsync("h2", 8443);
    }

    /// <param name="errors">Of each row, from the first on.</param>
    private static string Sorted(string column, string order, string errors) =>
        $"document.querySelector('#destinations th[aria-sort={order}]')?.textContent === '{column}'"
        + $" && [...document.querySelectorAll('#destinations tbody tr')].map(row => row.cells[10].textContent).join() === '{errors}'";

    private static string Row(string server, string protocol, string total) =>
        $"[...document.querySelectorAll('#destinations tbody tr')].some(row => row.cells[0].textContent === '{server}'"
        + $" && row.cells[2].textContent === '{protocol}' && row.cells[5].textContent === '{total}')";

    /// <param name="condition">Of JavaScript, over the backend's row and its state.</param>
    private static string Backend(string address, string condition) =>
        $"[...document.querySelectorAll('#backends tbody tr')].some(row => {{ const state = row.cells[3].textContent;"
        + $" return row.cells[0].textContent === '{address}' && {condition}; }})";

    private async Task WriteConfigAsync(string text)
    {
        await File.WriteAllTextAsync(ConfigFile + ".new", text);
        File.Move(ConfigFile + ".new", ConfigFile, overwrite: true);
    }

    private async Task<string> ServerAsync()
    {
        var server = await nginx.InAsync(Mesh.Plain);
        server.Publish("greeting", 1000);
        return string.Create(CultureInfo.InvariantCulture, $"{Mesh.Plain.V4}:{server.Port}");
    }

    private async Task GetAsync(string server, int times)
    {
        for (var i = 0; i < times; i++)
            await Curl.RunAsync(Mesh.App, "--output", "/dev/null", $"http://{server}/greeting");
    }

    private async Task RefusedAsync(int times, ushort port = 9)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = Mesh.App.Namespace.OpenSocket(AddressFamily.InterNetwork);
            await client.ConnectToEndAsync(Mesh.Plain.Endpoint(IpFamily.V4, port));
        }
    }

    private async Task ResetAfterHelloAsync(string protocol, ushort port)
    {
        using var listener = Mesh.Plain.Namespace.Listen(Mesh.Plain.V4, port);
        using var client = await Mesh.App.ConnectAsync(Mesh.Plain.Endpoint(IpFamily.V4, port));
        using var tls = new SslStream(new NetworkStream(client));
        var handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "name.example",
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
        });
        using (var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange))
        {
            await server.ReadAsync(100);
            server.LingerState = new LingerOption(true, 0);
        }
        await Assert.ThrowsAnyAsync<IOException>(() => handshake);
    }
}
