using System.Net;
using MeshProxy.Netfilter;

namespace MeshProxy.Tests.Netfilter;

/// <summary>The decision per connection that rules and kernel must amount to.</summary>
public sealed class RedirectDecisionTests
{
    private static readonly SocketOwner App = new(1000, 1000, 0);
    private static readonly IPEndPoint Far = new(IPAddress.Parse("203.0.113.80"), 80);

    [Fact]
    public void The_apps_connections_are_redirected_and_the_proxys_are_not()
    {
        var config = new RedirectConfig { Proxy = new ProxyIdentity(2102, 2103, 7) };
        Assert.True(RedirectDecision.Outbound(config, App, Far, ownPod: false));
        Assert.False(RedirectDecision.Outbound(config, App with { Uid = 2102 }, Far, ownPod: false));
        Assert.False(RedirectDecision.Outbound(config, App with { Gid = 2103 }, Far, ownPod: false));
        Assert.False(RedirectDecision.Outbound(config, App with { Mark = 7 }, Far, ownPod: false));
    }

    [Fact]
    public void An_unmarked_socket_is_not_the_proxys_where_no_mark_is_configured() =>
        Assert.True(RedirectDecision.Outbound(new RedirectConfig(), new SocketOwner(1000, 1000, 0), Far, ownPod: false));

    [Theory]
    [InlineData(OwnPodPolicy.Direct, "10.0.0.1", false)]
    [InlineData(OwnPodPolicy.Redirect, "10.0.0.1", true)]
    [InlineData(OwnPodPolicy.Redirect, "127.0.0.1", false)]
    [InlineData(OwnPodPolicy.Redirect, "::1", false)]
    public void Loopback_is_never_redirected_and_the_own_pod_by_choice(OwnPodPolicy policy, string address, bool redirected)
    {
        var config = new RedirectConfig { Outbound = new OutboundRedirect { OwnPod = policy } };
        var destination = new IPEndPoint(IPAddress.Parse(address), 80);
        Assert.Equal(redirected, RedirectDecision.Outbound(config, App, destination, ownPod: true));
    }

    [Fact]
    public void Closed_and_admin_ports_are_left_alone_inbound()
    {
        var config = new RedirectConfig();
        Assert.True(RedirectDecision.Inbound(config, Far.Address, 8080, listening: true));
        Assert.False(RedirectDecision.Inbound(config, Far.Address, 8080, listening: false));
        Assert.False(RedirectDecision.Inbound(config, Far.Address, 4191, listening: true));
    }
}
