using System.Buffers.Binary;
using System.Text;
using MeshProxy.Netfilter.Netlink;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>
/// An expression list in a canonical form for comparison: each expression's name, then its attributes by type, values in hexadecimal. Left
/// out is what the kernel adds to what it was given, and what counts. The flag for nested attributes is set by some kernels and not by
/// others, so nested ones are walked rather than compared as bytes.
/// </summary>
internal static class ExpressionText
{
    private const int CounterPackets = 2;
    private const int Verdict = 2;

    public static string Of(ReadOnlySpan<byte> expressions, out ulong packets)
    {
        packets = 0;
        var text = new StringBuilder();
        var list = new NetlinkAttributes(expressions);
        while (list.Next())
        {
            var name = NetlinkAttributes.FindText(list.Value, RuleAttribute.ExpressionName);
            var data = NetlinkAttributes.Find(list.Value, RuleAttribute.ExpressionData);
            text.Append(text.Length == 0 ? "" : " ").Append('[').Append(name);
            if (name == "counter")
                packets = PacketsOf(data);
            else
                Append(text, data, type => IsAddedByKernel(name, type), type => IsData(name, type));
            text.Append(']');
        }
        return text.ToString();
    }

    private static ulong PacketsOf(ReadOnlySpan<byte> counter) =>
        NetlinkAttributes.Find(counter, CounterPackets) is { Length: 8 } count ? BinaryPrimitives.ReadUInt64BigEndian(count) : 0;

    private static void Append(StringBuilder text, ReadOnlySpan<byte> attributes, Func<int, bool> leftOut, Func<int, bool> nested)
    {
        var entries = new SortedDictionary<int, string>();
        var walk = new NetlinkAttributes(attributes);
        while (walk.Next())
        {
            if (!leftOut(walk.Type))
                entries[walk.Type] = nested(walk.Type) ? Nested(walk.Value) : Convert.ToHexStringLower(walk.Value);
        }
        foreach (var (type, value) in entries)
            text.Append(' ').Append(type).Append('=').Append(value);
    }

    /// <summary>A value, or a verdict with its code and chain.</summary>
    private static string Nested(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder("{");
        Append(text, data, leftOut: _ => false, nested: type => type == Verdict);
        return text.Append(" }").ToString();
    }

    /// <summary>Attributes of type nft_data: the value of cmp and immediate, the mask and xor of bitwise.</summary>
    private static bool IsData(string name, int attribute) => (name, attribute) is ("cmp", 3) or ("immediate", 2) or ("bitwise", 4 or 5);

    /// <summary>
    /// redir: the end of a range of one port; reject: the code a reset does not have; socket: the cgroup level it does not look at.
    /// </summary>
    private static bool IsAddedByKernel(string name, int attribute) => (name, attribute) is ("redir", 2) or ("reject", 2) or ("socket", 3);
}
