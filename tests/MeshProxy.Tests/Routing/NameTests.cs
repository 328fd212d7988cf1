using System.Net;
using MeshProxy.DataPlane.Routing;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Routing.Names;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeshProxy.Tests.Routing;

/// <summary>Names of backends, asked of a real name server.</summary>
public sealed class NameTests : IDisposable
{
    private readonly DnsStandIn _server = new();
    private readonly BackendDirectory _backends = new();
    private readonly NameResolver _resolver;

    public NameTests() =>
        _resolver = new NameResolver(_backends, new NameSource(Settings()), new RoutingLog(NullLogger.Instance), TimeProvider.System);

    public void Dispose()
    {
        _resolver.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Headless_service_that_changes_is_taken_over_within_its_ttl()
    {
        var backend = Watch("cart.shop", new(1, ["10.0.0.1", "10.0.0.2", "fd00::1"]));
        var lasting = Watch("lasting.shop", new(300, ["10.0.0.9"]));
        await AssertAddressesAsync(backend, "10.0.0.1:80 10.0.0.2:80 [fd00::1]:80");
        await AssertAddressesAsync(lasting, "10.0.0.9:80");
        var kept = backend.Endpoints.Single(endpoint => endpoint.Address.ToString() == "10.0.0.2:80");
        _server.Names["lasting.shop"] = new(300, ["10.0.0.8"]);
        _server.Names["cart.shop"] = new(1, ["10.0.0.2", "10.0.0.3"]);
        await AssertAddressesAsync(backend, "10.0.0.2:80 10.0.0.3:80");
        Assert.Contains(kept, backend.Endpoints);
        Assert.Equal(1, _server.TimesAsked("A lasting.shop"));
        Assert.Equal("10.0.0.9:80", Addresses(lasting));
    }

    [Fact]
    public async Task Name_that_nobody_answers_for_delays_no_other()
    {
        var silent = Enumerable.Range(0, 20).Select(i => Watch($"silent{i}.shop", new(1, [], IsSilent: true))).ToList();
        var backend = Watch("cart.shop", new(1, ["10.0.0.1"]));
        await AssertAddressesAsync(backend, "10.0.0.1:80");
        Assert.All(silent, other => Assert.False(other.Asked.IsCompleted));
    }

    [Fact]
    public async Task Failure_keeps_the_last_good_answer_and_is_asked_again()
    {
        var backend = Watch("cart.shop", new(0, ["10.0.0.1"]));
        await AssertAddressesAsync(backend, "10.0.0.1:80");
        _server.Names["cart.shop"] = new(0, [], Code: 2);
        var asked = _server.TimesAsked("A cart.shop");
        await Until(() => _server.TimesAsked("A cart.shop") > asked);
        Assert.Equal("10.0.0.1:80", Addresses(backend));
        _server.Names["cart.shop"] = new(0, ["10.0.0.2"]);
        await AssertAddressesAsync(backend, "10.0.0.2:80");
    }

    [Fact]
    public async Task Name_that_no_route_has_any_more_is_asked_for_no_more()
    {
        Watch("cart.shop", new(0, ["10.0.0.1"]));
        await Until(() => _server.TimesAsked("AAAA cart.shop") > 0);
        _backends.KeepOnly(new HashSet<string>());
        _resolver.Update();
        var other = Watch("other.shop", new(0, ["10.0.0.2"]));
        var asked = _server.TimesAsked("AAAA cart.shop");
        await Until(() => _server.TimesAsked("AAAA other.shop") > 2);
        Assert.InRange(_server.TimesAsked("AAAA cart.shop"), asked, asked + 1);
        Assert.Equal("10.0.0.2:80", Addresses(other));
    }

    [Theory]
    [InlineData(30, null, 30)]
    [InlineData(30, 7, 7)]
    [InlineData(0, null, 0)]
    [InlineData(uint.MaxValue, null, 0)]
    public async Task Answer_holds_for_as_long_as_its_shortest_lived_record(uint ttl, int? alias, int seconds)
    {
        _server.Names["cart.shop"] = new(ttl, ["10.0.0.1"], Alias: (uint?)alias);
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await AskAsync("cart.shop")).Ttl);
    }

    [Theory]
    [InlineData(3, 7, 7)]
    [InlineData(0, 7, 7)]
    [InlineData(3, 100_000, 60)]
    [InlineData(3, null, 5)]
    [Trait("fault", "T23")]
    public async Task That_there_is_none_holds_as_the_zone_says_within_bounds(int code, int? minimum, int seconds)
    {
        _server.Names["cart.shop"] = new(1, [], code, Minimum: (uint?)minimum);
        var answer = await AskAsync("cart.shop");
        Assert.Empty(answer.Addresses);
        Assert.Equal(TimeSpan.FromSeconds(seconds), answer.Ttl);
    }

    [Theory]
    [InlineData(2, false, false)]
    [InlineData(5, false, false)]
    [InlineData(0, true, false)]
    [InlineData(0, false, true)]
    [Trait("fault", "T23")]
    public async Task Server_that_fails_or_is_silent_or_raves_says_nothing_and_within_bounds(int code, bool isSilent, bool isGarbage)
    {
        _server.Names["cart.shop"] = new(1, [], code, IsSilent: isSilent, IsGarbage: isGarbage);
        var answer = await AskAsync("cart.shop").WaitAsync(Peer.Patience);
        Assert.Null(answer.Ttl);
        Assert.NotEmpty(answer.Cause);
    }

    [Fact]
    [Trait("fault", "T23")]
    public async Task Answer_too_large_for_udp_comes_over_tcp_and_is_cut_at_a_bound()
    {
        _server.Names["cart.shop"] = new(1, [.. Enumerable.Range(0, 1000).Select(i => $"10.0.{i / 250}.{i % 250}")]);
        Assert.Equal(256, (await AskAsync("cart.shop")).Addresses.Length);
    }

    [Theory]
    [InlineData("cart", "AAAA cart.shop.svc|AAAA cart.svc")]
    [InlineData("cart.other", "AAAA cart.other.shop.svc|AAAA cart.other.svc|AAAA cart.other")]
    [InlineData("a.b.c", "AAAA a.b.c|AAAA a.b.c.shop.svc|AAAA a.b.c.svc")]
    [InlineData("cart.", "AAAA cart")]
    public async Task Search_list_is_gone_through_as_ndots_says(string name, string asked)
    {
        _server.Names["cart.svc"] = new(1, ["10.0.0.1"]);
        await AskAsync(name, Settings() with { Search = ["shop.svc", "svc"], Ndots = 2 });
        Assert.Equal(asked.Split('|'), _server.Asked.Where(question => question.StartsWith("AAAA")));
    }

    [Fact]
    public void Resolv_conf_is_read_as_the_c_library_reads_it()
    {
        var settings = ResolverSettings.Parse("""
            # comment
            nameserver 10.96.0.10
            nameserver nonsense
            nameserver fd00::a
            nameserver 10.0.0.2
            nameserver 10.0.0.3
            domain old
            search shop.svc.cluster.local svc.cluster.local.
            options ndots:5 timeout:2 attempts:99 rotate edns0
            """);
        Assert.Equal("10.96.0.10:53 [fd00::a]:53 10.0.0.2:53", string.Join(' ', settings.Servers));
        Assert.Equal("shop.svc.cluster.local svc.cluster.local", string.Join(' ', settings.Search));
        Assert.Equal((5, TimeSpan.FromSeconds(2), 5), (settings.Ndots, settings.Timeout, settings.Attempts));
        Assert.Equal(ResolverSettings.Default, ResolverSettings.Parse("nonsense\n"));
    }

    [Fact]
    public async Task Hosts_file_comes_first_and_is_read_again_when_it_has_changed()
    {
        using var folder = new TemporaryFolder();
        var hosts = Path.Combine(folder.Path, "hosts");
        var source = new NameSource(Settings(), hosts: hosts);
        Assert.Equal("127.0.0.1 ::1", string.Join(' ', (await source.FindAsync("localhost", default)).Addresses));
        File.WriteAllText(hosts, "10.0.0.1 cart.shop cart # the cart\n::1\tcart\nnonsense x\n");
        Assert.Equal("10.0.0.1 ::1", string.Join(' ', (await source.FindAsync("CART", default)).Addresses));
        Assert.Empty(_server.Asked);
        File.WriteAllText(hosts, "10.0.0.22 cart\n");
        Assert.Equal("10.0.0.22", string.Join(' ', (await source.FindAsync("cart", default)).Addresses));
    }

    private static string Addresses(Backend backend) =>
        string.Join(' ', backend.Endpoints.Select(endpoint => endpoint.Address.ToString()).Order(StringComparer.Ordinal));

    private static Task AssertAddressesAsync(Backend backend, string addresses) => Until(() => Addresses(backend) == addresses);

    private static async Task Until(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Peer.Patience);
        while (!holds())
            await Task.Delay(10, patience.Token);
    }

    private ResolverSettings Settings() => new([_server.EndPoint], [], 1, TimeSpan.FromSeconds(1), 2);

    private Task<NameAnswer> AskAsync(string name, ResolverSettings? settings = null) =>
        new NameQuestion(settings ?? Settings()).AskAsync(name, CancellationToken.None);

    private Backend Watch(string name, DnsStandIn.Reply reply)
    {
        _server.Names[name] = reply;
        var backend = _backends.Get($"{name}:80");
        _resolver.Update();
        return backend;
    }
}
