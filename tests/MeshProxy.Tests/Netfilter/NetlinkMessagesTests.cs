using MeshProxy.Netfilter.Netlink;

namespace MeshProxy.Tests.Netfilter;

/// <summary>The wire form of netlink, against bytes written by hand from netlink(7).</summary>
public sealed class NetlinkMessagesTests
{
    [Fact]
    public void A_message_is_header_family_header_and_aligned_attributes()
    {
        var messages = new NetlinkMessages();
        messages.Begin(0x0a00, NetlinkFlags.Request | NetlinkFlags.Create, sequence: 7, family: 1);
        messages.String(1, "tab");
        messages.UInt8(2, 9);
        var nested = messages.BeginNested(4);
        messages.UInt32(1, 0x01020304);
        messages.EndNested(nested);

        Assert.Equal(
            "30000000" + "000a" + "0104" + "07000000" + "00000000" + "01000000"
            + "08000100" + "74616200"
            + "05000200" + "09000000"
            + "0c000480" + "08000100" + "01020304",
            Convert.ToHexStringLower(messages.Bytes));
    }

    [Fact]
    public void Attributes_read_back_as_written()
    {
        var messages = new NetlinkMessages();
        messages.Begin(1, NetlinkFlags.Request, 1, 1);
        messages.String(1, "name");
        var outer = messages.BeginNested(2);
        messages.UInt32(3, 42);
        messages.UInt16(4, 80);
        messages.EndNested(outer);

        var attributes = messages.Bytes[20..];
        Assert.Equal("name", NetlinkAttributes.FindText(attributes, 1));
        var inner = NetlinkAttributes.Find(attributes, 2);
        Assert.Equal("0000002a", Convert.ToHexStringLower(NetlinkAttributes.Find(inner, 3)));
        Assert.Equal("0050", Convert.ToHexStringLower(NetlinkAttributes.Find(inner, 4)));
        Assert.True(NetlinkAttributes.Find(inner, 5).IsEmpty);
    }

    [Fact]
    public void A_message_is_found_by_its_sequence_number()
    {
        var messages = new NetlinkMessages();
        messages.Begin(1, NetlinkFlags.Request, 1, 1);
        messages.Begin(2, NetlinkFlags.Request, 2, 1);
        messages.String(1, "second");

        Assert.Equal("second", NetlinkAttributes.FindText(messages.Message(2)[20..], 1));
        Assert.True(messages.Message(3).IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0800")]
    [InlineData("0300010000000000")]
    [InlineData("ff00010000000000")]
    public void What_is_no_attribute_ends_the_walk(string hex) =>
        Assert.False(new NetlinkAttributes(Convert.FromHexString(hex)).Next());
}
