using MeshProxy.Netfilter;
using MeshProxy.Values;

namespace MeshProxy.Tests.Netfilter;

/// <summary>The form in which a redirect travels from the injector to the CNI plugin.</summary>
public sealed class RedirectConfigJsonTests
{
    [Fact]
    public void What_was_written_reads_back_the_same()
    {
        var config = new RedirectConfig
        {
            Proxy = new ProxyIdentity(1337, 1338, 0x4d50),
            Inbound = new InboundRedirect
            {
                SkipPorts = [new(22, 22), new(9000, 9010)],
                SkipSubnets = NetworkList.Parse("fd00::/8", out _),
            },
            Timeouts = new ConntrackTimeouts(null, TimeSpan.FromDays(1), Force: true),
        };

        Assert.True(RedirectConfigJson.TryRead(RedirectConfigJson.Write(config), out var read, out _));

        Assert.Equal(RedirectConfigJson.Write(config), RedirectConfigJson.Write(read));
        Assert.Equal(config.Proxy, read.Proxy);
        Assert.Equal(config.Timeouts, read.Timeouts);
    }

    [Fact]
    public void It_is_one_line_with_a_version_and_the_annotation_keys()
    {
        var json = RedirectConfigJson.Write(new RedirectConfig());
        Assert.StartsWith("{\"version\":1,\"inbound-port\":\"4143\"", json);
        Assert.DoesNotContain('\n', json);
    }

    [Fact]
    public void Numbers_and_truth_values_may_be_written_as_such()
    {
        Assert.True(RedirectConfigJson.TryRead("""{"version":1,"inbound-port":5143,"drop-invalid":false}""", out var config, out _));
        Assert.Equal(5143, config.Inbound.Port);
        Assert.False(config.DropInvalid);
    }

    [Theory]
    [InlineData("""{"version":2}""", "version 2, and version 1 is understood")]
    [InlineData("""{"inbound-port":"4143"}""", "version none")]
    [InlineData("""[1]""", "not a JSON object")]
    [InlineData("""{"version":1""", "not JSON")]
    [InlineData("""{"version":1,"inbund-port":"1"}""", "did you mean inbound-port?")]
    [InlineData("""{"version":1,"skip-inbound-ports":"x"}""", "item 1, 'x'")]
    [InlineData("""{"version":1,"skip-inbound-ports":["22"]}""", "item 1")]
    [InlineData("""{"version":1,"\ud800":"1"}""", "not JSON")]
    [InlineData("""{"version":1,"ipv6":"\ud800"}""", "not JSON")]
    [InlineData("""{"version":1,"ipv6":"off","ipv6":"auto"}""", "not JSON")]
    [InlineData("""{"version":1,"hash":"0123456789abcdef"}""", "it was changed after the injector wrote it")]
    public void What_is_not_understood_is_refused_with_its_reason(string json, string explained)
    {
        Assert.False(RedirectConfigJson.TryRead(json, out _, out var errors));
        Assert.Contains(explained, Assert.Single(errors));
    }

    /// <summary>
    /// The hash is over what is written: a reader of another release, with other defaults and other keys, comes to the same.
    /// </summary>
    [Fact]
    public void What_was_changed_on_the_way_is_refused_by_its_hash()
    {
        var json = RedirectConfigJson.Write(new RedirectConfig());
        Assert.Contains($"\"hash\":\"{RedirectConfigJson.HashOf(new RedirectConfig())}\"", json);
        Assert.False(RedirectConfigJson.TryRead(json.Replace("4140", "4141", StringComparison.Ordinal), out _, out _));
        Assert.False(RedirectConfigJson.TryRead(json.Replace("\"own-pod\":\"direct\",", "", StringComparison.Ordinal), out _, out _));
        Assert.True(RedirectConfigJson.TryRead(json.Replace(",", " ,\n", StringComparison.Ordinal), out _, out _));
    }
}
