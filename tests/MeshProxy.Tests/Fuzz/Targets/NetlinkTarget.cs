using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.NfTables;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>Attributes of a rule as the kernel sends them back: read to their end, in a bounded text.</summary>
internal sealed class NetlinkTarget() : FuzzTarget("netlink")
{
    public override IReadOnlyList<byte[]> Samples { get; } =
        [Expressions("counter", 2, 8), Expressions("cmp", 3, 2), Expressions("immediate", 2, 4)];

    public override void Read(byte[] input, Random random)
    {
        var text = ExpressionText.Of(input, out _);
        // Each byte is at most two digits, and an attribute's frame of four bytes some words.
        Assert.InRange(text.Length, 0, 16 * input.Length + 16);
        var attributes = new NetlinkAttributes(input);
        var steps = 0;
        while (attributes.Next())
        {
            Assert.True(++steps <= input.Length / 4, "the walk does not end");
            Assert.True(attributes.Value.Length <= input.Length);
        }
    }

    private static byte[] Expressions(string name, int attribute, int length)
    {
        var messages = new NetlinkMessages();
        messages.Begin(1, NetlinkFlags.Request, 1, 1);
        var list = messages.BeginNested(1);
        messages.String(RuleAttribute.ExpressionName, name);
        var data = messages.BeginNested(RuleAttribute.ExpressionData);
        messages.Raw(attribute, new byte[length]);
        var nested = messages.BeginNested(attribute);
        messages.UInt32(1, 7);
        messages.EndNested(nested);
        messages.EndNested(data);
        messages.EndNested(list);
        return messages.Bytes[(NetlinkMessages.HeaderLength + NetlinkMessages.NetfilterHeaderLength)..].ToArray();
    }
}
