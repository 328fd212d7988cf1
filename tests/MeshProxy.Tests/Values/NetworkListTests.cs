using MeshProxy.Values;

namespace MeshProxy.Tests.Values;

public sealed class NetworkListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.1", "10.0.0.1/32")]
    [InlineData("fd00::/8, ::1", "fd00::/8 ::1/128")]
    [InlineData("0.0.0.0/0,::/0", "0.0.0.0/0 ::/0")]
    public void List_is_read(string text, string networks)
    {
        var read = NetworkList.Parse(text, out var errors);
        Assert.Empty(errors);
        Assert.Equal(networks, string.Join(' ', read));
    }

    [Theory]
    [InlineData("10.0.0.1/8", "has bits set beyond its prefix; write 10.0.0.0/8")]
    [InlineData("fd00::1/64", "has bits set beyond its prefix; write fd00::/64")]
    [InlineData("10.0.0.0/33", "has a prefix length that is not between 0 and 32")]
    [InlineData("fd00::/129", "has a prefix length that is not between 0 and 128")]
    [InlineData("10.0.0.0/", "has a prefix length")]
    [InlineData("10.0.0.0/-1", "has a prefix length")]
    [InlineData("example.com", "is not a network in CIDR notation")]
    [InlineData("fe80::1%eth0", "is not a network in CIDR notation")]
    [InlineData("10.0.0.0/8,,::/0", "item 2 is empty")]
    public void Wrong_item_is_named(string text, string expected)
    {
        NetworkList.Parse(text, out var errors);
        Assert.Contains(expected, Assert.Single(errors));
    }
}
