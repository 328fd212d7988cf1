using MeshProxy.Values;

namespace MeshProxy.Tests.Values;

public sealed class PortListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" ", "")]
    [InlineData("25", "25")]
    [InlineData("25,587", "25,587")]
    [InlineData(" 25 , 587 ", "25,587")]
    [InlineData("4000-5000", "4000-5000")]
    [InlineData("587,25", "25,587")]
    [InlineData("1-5,3-9", "1-9")]
    [InlineData("1-5,6", "1-6")]
    [InlineData("1-9,3", "1-9")]
    [InlineData("1-65535", "1-65535")]
    [InlineData("65535,65535", "65535")]
    public void List_is_sorted_and_merged(string text, string merged)
    {
        var ranges = PortList.Parse(text, out var errors);
        Assert.Empty(errors);
        Assert.Equal(merged, PortList.Format(ranges));
    }

    [Theory]
    [InlineData("0", "item 1, '0', is not a port")]
    [InlineData("65536", "item 1, '65536', is not a port")]
    [InlineData("25,,587", "item 2 is empty")]
    [InlineData("25,", "item 2 is empty")]
    [InlineData("-1", "item 1, '-1', is not a port")]
    [InlineData("1-", "item 1, '1-', is not a port")]
    [InlineData("http", "item 1, 'http', is not a port")]
    [InlineData("9-5", "write 5-9")]
    [InlineData("1-2-3", "item 1, '1-2-3', is not a port")]
    [InlineData("+25", "item 1, '+25', is not a port")]
    public void Wrong_item_is_named_with_its_place(string text, string expected)
    {
        PortList.Parse(text, out var errors);
        Assert.Contains(expected, Assert.Single(errors));
    }

    [Fact]
    public void Every_wrong_item_is_reported_and_the_right_ones_are_kept()
    {
        var ranges = PortList.Parse("x,25,y", out var errors);
        Assert.Equal(2, errors.Length);
        Assert.Equal("25", PortList.Format(ranges));
    }

    [Fact]
    public void Range_contains_both_its_ends()
    {
        var range = new PortRange(10, 20);
        Assert.True(range.Contains(10) && range.Contains(20));
        Assert.False(range.Contains(9) || range.Contains(21));
    }
}
