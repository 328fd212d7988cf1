using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;
using static MeshProxy.Netfilter.Rules.Statement;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>
/// Statements as the kernel's expressions: each loads something into register 1 and the next compares or uses it; register 0 takes the
/// verdict. They are, attribute for attribute, those that nft(8) makes of the same text, so that its listing reads them back as that text.
/// </summary>
internal sealed class ExpressionWriter(NetlinkMessages messages, string socketExpression)
{
    public const string SocketName = "socket";

    private const int Register = 1;
    private const int VerdictRegister = 0;
    private const int TcpNumber = 6;
    private const uint CompareEqual = 0;
    private const uint CompareNotEqual = 1;
    private const uint CompareLessOrEqual = 3;

    /// <summary>The comparison already made in this rule; a header field implies it, and it is made once, as nft does.</summary>
    private bool _isTcp;
    private IpFamily? _family;

    /// <summary>Writes the whole expression list of a rule.</summary>
    public static void Write(NetlinkMessages messages, Rule rule, string socketExpression = SocketName)
    {
        var writer = new ExpressionWriter(messages, socketExpression);
        foreach (var statement in rule.Statements)
            writer.Write(statement);
    }

    private void Write(Statement statement)
    {
        switch (statement)
        {
            case IsTcp: RequireTcp(); break;
            case IsFamily { Family: var family }: RequireFamily(family); break;
            case MetaIs meta: WriteMeta(meta); break;
            case IsSyn: WriteFlags(mask: 0x17, value: 0x02); break;
            case IsNoReset: WriteFlags(mask: 0x04, value: 0); break;
            case PortIs { Field: var field, Port: var port }: LoadField(field); Compare(CompareEqual, BigEndian(port)); break;
            case InSet { Field: var field, Set: var set }: LoadField(field); Lookup(set); break;
            case ToLoopback { Family: var family }: WriteToLoopback(family); break;
            case StateIs { States: var states }: WriteConntrack(key: 0, (uint)states, CompareNotEqual); break;
            case NotRedirected: WriteConntrack(key: 2, mask: 0x20, CompareEqual); break;
            case HasSocket: LoadSocket(key: 0); Compare(CompareLessOrEqual, [1]); break;
            case HasWildcardSocket: LoadSocket(key: 2); Compare(CompareEqual, [1]); break;
            case Counter: EndExpression(BeginExpression("counter")); break;
            case Accept: Verdict(code: 1); break;
            case Drop: Verdict(code: 0); break;
            case Jump { Chain: var chain }: Verdict(code: -3, chain); break;
            case RedirectTo { Port: var port }: WriteRedirect(port); break;
            case TproxyTo tproxy: WriteTproxy(tproxy); break;
            case Reset: WriteReset(); break;
            case Untracked: EndExpression(BeginExpression("notrack")); break;
            case DefaultZone: WriteDefaultZone(); break;
            default: throw new NotSupportedException(statement.GetType().Name);
        }
    }

    private void RequireTcp()
    {
        if (_isTcp)
            return;
        _isTcp = true;
        LoadMeta(key: 16);
        Compare(CompareEqual, [TcpNumber]);
    }

    private void RequireFamily(IpFamily family)
    {
        if (_family == family)
            return;
        _family = family;
        LoadMeta(key: 15);
        Compare(CompareEqual, [(byte)family]);
    }

    private void WriteMeta(MetaIs meta)
    {
        LoadMeta((uint)meta.Field);
        Compare(meta.Not ? CompareNotEqual : CompareEqual, HostOrder(meta.Value));
    }

    private void LoadMeta(uint key)
    {
        var at = BeginExpression("meta");
        messages.UInt32(1, Register);
        messages.UInt32(2, key);
        EndExpression(at);
    }

    private void LoadField(PacketField field)
    {
        switch (field)
        {
            case PacketField.TcpSourcePort: RequireTcp(); LoadPayload(transport: true, 0, 2); break;
            case PacketField.TcpDestinationPort: RequireTcp(); LoadPayload(transport: true, 2, 2); break;
            case PacketField.IPv4Source: RequireFamily(IpFamily.V4); LoadPayload(transport: false, 12, 4); break;
            case PacketField.IPv4Destination: RequireFamily(IpFamily.V4); LoadPayload(transport: false, 16, 4); break;
            case PacketField.IPv6Source: RequireFamily(IpFamily.V6); LoadPayload(transport: false, 8, 16); break;
            default: RequireFamily(IpFamily.V6); LoadPayload(transport: false, 24, 16); break;
        }
    }

    private void LoadPayload(bool transport, uint offset, uint length)
    {
        var at = BeginExpression("payload");
        messages.UInt32(1, Register);
        messages.UInt32(2, transport ? 2u : 1u);
        messages.UInt32(3, offset);
        messages.UInt32(4, length);
        EndExpression(at);
    }

    /// <summary>127.0.0.0/8 is one byte compared, the prefix being whole bytes.</summary>
    private void WriteToLoopback(IpFamily family)
    {
        RequireFamily(family);
        if (family == IpFamily.V4)
        {
            LoadPayload(transport: false, 16, 1);
            Compare(CompareEqual, [127]);
        }
        else
        {
            LoadPayload(transport: false, 24, 16);
            Compare(CompareEqual, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        }
    }

    private void WriteConntrack(uint key, uint mask, uint comparison)
    {
        var at = BeginExpression("ct");
        messages.UInt32(1, Register);
        messages.UInt32(2, key);
        EndExpression(at);
        Mask(HostOrder(mask), HostOrder(0));
        Compare(comparison, HostOrder(0));
    }

    private void Mask(ReadOnlySpan<byte> mask, ReadOnlySpan<byte> zero)
    {
        var at = BeginExpression("bitwise");
        messages.UInt32(1, Register);
        messages.UInt32(2, Register);
        messages.UInt32(3, (uint)mask.Length);
        WriteValue(4, mask);
        WriteValue(5, zero);
        messages.UInt32(6, 0);
        EndExpression(at);
    }

    /// <summary>Key 0 is transparent, 2 is wildcard (enum nft_socket_keys); either is a byte, 0 or 1.</summary>
    private void LoadSocket(uint key)
    {
        var at = BeginExpression(socketExpression);
        messages.UInt32(1, key);
        messages.UInt32(2, Register);
        EndExpression(at);
    }

    /// <summary>FIN 1, SYN 2, RST 4, ACK 16.</summary>
    private void WriteFlags(byte mask, byte value)
    {
        RequireTcp();
        LoadPayload(transport: true, 13, 1);
        Mask([mask], [0]);
        Compare(CompareEqual, [value]);
    }

    private void Compare(uint operation, ReadOnlySpan<byte> value)
    {
        var at = BeginExpression("cmp");
        messages.UInt32(1, Register);
        messages.UInt32(2, operation);
        WriteValue(3, value);
        EndExpression(at);
    }

    private void Lookup(string set)
    {
        var at = BeginExpression("lookup");
        messages.String(1, set);
        messages.UInt32(2, Register);
        messages.UInt32(5, 0);
        EndExpression(at);
    }

    private void Verdict(int code, string? chain = null)
    {
        var at = BeginExpression("immediate");
        messages.UInt32(1, VerdictRegister);
        var data = messages.BeginNested(2);
        var verdict = messages.BeginNested(2);
        messages.UInt32(1, (uint)code);
        if (chain is not null)
            messages.String(2, chain);
        messages.EndNested(verdict);
        messages.EndNested(data);
        EndExpression(at);
    }

    /// <summary>Flag 2: the port is given (NF_NAT_RANGE_PROTO_SPECIFIED).</summary>
    private void WriteRedirect(ushort port)
    {
        Immediate(BigEndian(port));
        var at = BeginExpression("redir");
        messages.UInt32(1, Register);
        messages.UInt32(3, 2);
        EndExpression(at);
    }

    private void WriteTproxy(TproxyTo tproxy)
    {
        Immediate(BigEndian(tproxy.Port));
        var at = BeginExpression("tproxy");
        messages.UInt32(1, tproxy.Family is { } family ? (uint)family : 0);
        messages.UInt32(3, Register);
        EndExpression(at);
    }

    /// <summary>Type 1: a TCP reset (NFT_REJECT_TCP_RST).</summary>
    private void WriteReset()
    {
        var at = BeginExpression("reject");
        messages.UInt32(1, 1);
        messages.UInt8(2, 0);
        EndExpression(at);
    }

    /// <summary>Key 17 is the zone (NFT_CT_ZONE), 16 bits wide.</summary>
    private void WriteDefaultZone()
    {
        Immediate([0, 0]);
        var at = BeginExpression("ct");
        messages.UInt32(2, 17);
        messages.UInt32(4, Register);
        EndExpression(at);
    }

    private void Immediate(ReadOnlySpan<byte> value)
    {
        var at = BeginExpression("immediate");
        messages.UInt32(1, Register);
        WriteValue(2, value);
        EndExpression(at);
    }

    private void WriteValue(int type, ReadOnlySpan<byte> value)
    {
        var data = messages.BeginNested(type);
        messages.Raw(ElementAttribute.DataValue, value);
        messages.EndNested(data);
    }

    private (int Element, int Data) BeginExpression(string name)
    {
        var element = messages.BeginNested(RuleAttribute.ListElement);
        messages.String(RuleAttribute.ExpressionName, name);
        return (element, messages.BeginNested(RuleAttribute.ExpressionData));
    }

    private void EndExpression((int Element, int Data) at)
    {
        messages.EndNested(at.Data);
        messages.EndNested(at.Element);
    }

    private static byte[] BigEndian(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] HostOrder(uint value) => MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)).ToArray();
}
