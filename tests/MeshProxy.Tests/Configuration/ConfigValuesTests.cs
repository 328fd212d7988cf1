using MeshProxy.Admin;
using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;
using MeshProxy.Logging;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Configuration;

public sealed class ConfigValuesTests
{
    [Fact]
    public void Comments_and_trailing_commas_are_allowed()
    {
        var config = ConfigText.Valid("""
            // a comment
            { /* another */ "outbound": { "detection": { "timeout": "2s", }, }, }
            """);
        Assert.Equal(TimeSpan.FromSeconds(2), config.Settings.Proxy.Outbound.Detection.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(10), config.Settings.Proxy.Inbound.Detection.Timeout);
    }

    [Fact]
    public void Byte_order_mark_is_skipped() =>
        Assert.Equal(3, ConfigText.Valid("\ufeff{ \"loops\": { \"count\": 3 } }").Settings.Proxy.Loops.Count);

    [Theory]
    [InlineData("\"25,4000-5000\"")]
    [InlineData("[25, \"4000-5000\"]")]
    [InlineData("[\"25\", \"4000-4500\", \"4501-5000\"]")]
    public void Ports_may_be_a_text_or_a_list(string ports)
    {
        var config = ConfigText.Valid($$"""{ "inbound": { "opaquePorts": {{ports}} } }""");
        Assert.Equal("25,4000-5000", config.Settings.Proxy.Inbound.OpaquePorts.ToString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"\"")]
    public void No_port_need_be_opaque(string ports) =>
        Assert.Empty(ConfigText.Valid($$"""{ "inbound": { "opaquePorts": {{ports}} } }""").Settings.Proxy.Inbound.OpaquePorts.Ranges);

    [Fact]
    public void Environment_wins_over_the_file_and_the_origin_tells()
    {
        var config = ConfigText.Valid("""
            {
              "outbound": { "detection": { "timeout": "2s" } },
              "log": { "level": "warn" }
            }
            """, ("MESHPROXY_OUTBOUND__DETECTION__TIMEOUT", "3s"));

        Assert.Equal(TimeSpan.FromSeconds(3), config.Settings.Proxy.Outbound.Detection.Timeout);
        Assert.Equal("MESHPROXY_OUTBOUND__DETECTION__TIMEOUT", config.Values.OriginOf(SidecarKeys.Outbound.DetectionTimeout).ToString());
        Assert.Equal("proxy.config.json:3", config.Values.OriginOf(SidecarKeys.Level).ToString());
        Assert.Equal(ConfigSource.Default, config.Values.OriginOf(ShutdownKeys.GracePeriod).Source);
    }

    [Fact]
    public void Every_kind_of_value_can_be_given_by_a_variable()
    {
        var (proxy, admin, log) = ConfigText.Valid(null,
            ("MESHPROXY_INBOUND__LISTEN", "10.0.0.1:15006, [fd00::1]:15006"),
            ("MESHPROXY_INBOUND__OPAQUEPORTS", "22,9000-9010"),
            ("meshproxy_loops__count", "4"),
            ("MESHPROXY_ADMIN__PAGE", "all"),
            ("MESHPROXY_LOG__LEVEL", "DEBUG"),
            ("MESHPROXY_LOG__FORMAT", "json")).Settings;

        Assert.Equal(["10.0.0.1:15006", "[fd00::1]:15006"], proxy.Inbound.Listen.Select(e => e.ToString()));
        Assert.Equal("22,9000-9010", proxy.Inbound.OpaquePorts.ToString());
        Assert.Equal(4, proxy.Loops.Count);
        Assert.Equal(AdminPage.All, admin.Page);
        Assert.Equal(LogLevel.Debug, log.Level);
        Assert.Equal(LogFormat.Json, log.Format);
    }

    [Fact]
    public void List_may_be_given_by_one_variable_per_item_and_replaces_the_files()
    {
        var config = ConfigText.Valid("""{ "admin": { "listen": ["10.0.0.1:1", "10.0.0.2:2", "10.0.0.3:3"] } }""",
            ("MESHPROXY_ADMIN__LISTEN__10", "10.9.0.1:3"),
            ("MESHPROXY_ADMIN__LISTEN__2", "10.9.0.1:2"),
            ("MESHPROXY_ADMIN__LISTEN__0", "10.9.0.1:1"));
        Assert.Equal(["10.9.0.1:1", "10.9.0.1:2", "10.9.0.1:3"], config.Settings.Admin.Listen.Select(e => e.ToString()));
    }

    [Fact]
    public void Variables_that_kubernetes_makes_of_a_service_named_like_us_are_none_of_ours()
    {
        var config = ConfigText.Valid(null,
            ("MESHPROXY_SERVICE_HOST", "10.96.0.12"),
            ("MESHPROXY_SERVICE_PORT", "4191"),
            ("MESHPROXY_SERVICE_PORT_ADMIN_HTTP", "4191"),
            ("MESHPROXY_PORT", "tcp://10.96.0.12:4191"),
            ("MESHPROXY_PORT_4191_TCP", "tcp://10.96.0.12:4191"),
            ("MESHPROXY_PORT_4191_TCP_PROTO", "tcp"),
            ("MESHPROXY_PORT_4191_TCP_PORT", "4191"),
            ("MESHPROXY_PORT_4191_TCP_ADDR", "10.96.0.12"),
            ("MESHPROXY_WEBHOOK_SERVICE_HOST", "10.96.0.13"),
            ("MESHPROXY_WEBHOOK_PORT", "tcp://10.96.0.13:443"));
        Assert.Equal(0, config.Values.Written);
    }

    [Fact]
    public void Default_ipv6_listener_is_left_out_where_there_is_no_ipv6_and_a_written_one_is_kept()
    {
        var loader = new MeshProxy.Configuration.ConfigLoader(
            new Dictionary<string, string> { ["MESHPROXY_ADMIN__LISTEN"] = "[::1]:4191" }, canBind: _ => false);
        var settings = loader.Load("none", null).Config!.Settings;

        Assert.Equal(["0.0.0.0:4143"], settings.Proxy.Inbound.Listen.Select(e => e.ToString()));
        Assert.Equal(["127.0.0.1:4140"], settings.Proxy.Outbound.Listen.Select(e => e.ToString()));
        Assert.Equal(["[::1]:4191"], settings.Admin.Listen.Select(e => e.ToString()));
    }
}
