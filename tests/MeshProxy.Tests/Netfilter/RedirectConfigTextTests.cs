using MeshProxy.Netfilter;

namespace MeshProxy.Tests.Netfilter;

/// <summary>The settings by their names: as annotations and options give them.</summary>
public sealed class RedirectConfigTextTests
{
    [Fact]
    public void Nothing_given_is_the_default()
    {
        Assert.True(RedirectConfigText.TryRead(new Dictionary<string, string>(), out var config, out _));
        Assert.Equal(RedirectConfigText.Write(new RedirectConfig()).AsEnumerable(), RedirectConfigText.Write(config));
        Assert.Equal((4143, 4140, 4191, 2102u), (config.Inbound.Port, config.Outbound.Port, config.Inbound.AdminPort, config.Proxy.Uid));
        Assert.Equal(TimeSpan.FromHours(1), config.Timeouts.CloseWait);
    }

    [Fact]
    public void Every_key_survives_being_written_and_read()
    {
        var texts = new Dictionary<string, string>
        {
            ["inbound-port"] = "5143",
            ["outbound-port"] = "5140",
            ["admin-port"] = "5191",
            ["proxy-uid"] = "1337",
            ["proxy-gid"] = "1338",
            ["proxy-mark"] = "19792",
            ["skip-inbound-ports"] = "22,9000-9010",
            ["skip-outbound-ports"] = "25",
            ["skip-inbound-subnets"] = "10.0.0.0/8,fd00::/8",
            ["skip-outbound-subnets"] = "169.254.169.254/32",
            ["redirect"] = "all",
            ["inbound-method"] = "tproxy",
            ["own-pod"] = "redirect",
            ["drop-invalid"] = "false",
            ["ipv6"] = "required",
            ["close-wait-timeout"] = "2h",
            ["established-timeout"] = "1d",
            ["fin-wait-timeout"] = "3m",
            ["time-wait-timeout"] = "30s",
            ["force-timeouts"] = "true",
        };
        Assert.Equal(RedirectKey.All.Select(k => k.Name).Order(), texts.Keys.Order());

        Assert.True(RedirectConfigText.TryRead(texts, out var config, out var errors), string.Join('\n', errors));

        Assert.Equal(texts.OrderBy(t => t.Key), RedirectConfigText.Write(config).OrderBy(t => t.Key));
    }

    [Fact]
    public void Zero_leaves_the_kernels_timeout()
    {
        Assert.True(RedirectConfigText.TryRead(new Dictionary<string, string> { ["close-wait-timeout"] = "0" }, out var config, out _));
        Assert.Null(config.Timeouts.CloseWait);
        Assert.Contains(KeyValuePair.Create("close-wait-timeout", "0"), RedirectConfigText.Write(config));
    }

    [Fact]
    public void Every_bad_value_is_named_with_its_key_and_position()
    {
        var texts = new Dictionary<string, string>
        {
            ["inbound-port"] = "0",
            ["skip-inbound-ports"] = "22,70000,http,9-3",
            ["skip-outbound-subnets"] = "10.0.0.1/8,nowhere",
            ["redirect"] = "lisening",
            ["close-wait-timeout"] = "soon",
            ["skip-inbund-ports"] = "1",
        };

        Assert.False(RedirectConfigText.TryRead(texts, out _, out var errors));

        Assert.Equal(9, errors.Length);
        Assert.Contains(errors, e => e.StartsWith("inbound-port: '0' is not a port from 1 to 65535", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("skip-inbound-ports: item 2, '70000'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("skip-inbound-ports: item 3, 'http'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("skip-inbound-ports: item 4, '9-3'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("write 10.0.0.0/8", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("item 2, 'nowhere'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("did you mean listening?", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("close-wait-timeout: 'soon'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("did you mean skip-inbound-ports?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("proxy-uid", "0", "only the proxy runs as")]
    [InlineData("proxy-gid", "0", "only the proxy has")]
    [InlineData("proxy-mark", "0", "choose another socket mark")]
    [InlineData("outbound-port", "4143", "is also inbound-port")]
    [InlineData("admin-port", "4140", "is also")]
    [InlineData("close-wait-timeout", "1500ms", "whole number of seconds")]
    [InlineData("established-timeout", "60d", "to 49d")]
    public void What_cannot_be_carried_out_is_refused(string key, string text, string explained)
    {
        Assert.False(RedirectConfigText.TryRead(new Dictionary<string, string> { [key] = text }, out _, out var errors));
        Assert.Contains(explained, Assert.Single(errors));
    }
}
