using System.Buffers.Binary;
using System.Collections.Immutable;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>Reads a table of family inet back from the kernel. Needs NET_ADMIN.</summary>
internal sealed class NfTablesDump(NetlinkSocket socket, string table)
{
    /// <summary>Each attempt is a fresh dump; only a program that changes rules all the time makes more than two.</summary>
    private const int Attempts = 10;

    private bool _consistent;

    /// <exception cref="NetfilterException">The kernel refused, or the rules never kept still.</exception>
    public static TableState Of(NetlinkSocket socket, string table)
    {
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var dump = new NfTablesDump(socket, table);
                var state = dump.Read();
                if (dump._consistent)
                    return state;
            }
        }
        catch (NetlinkException e)
        {
            throw NetfilterErrors.Of(e.Errno, "reading the rules");
        }
        throw new NetfilterException(FailureKind.OperatingSystem, "the rules of this namespace changed at every attempt to read them");
    }

    private TableState Read()
    {
        _consistent = true;
        if (!Exists())
            return TableState.Absent;
        var rules = ReadRules();
        return new TableState(ReadChains(rules), ReadSets());
    }

    private bool Exists()
    {
        var request = Request(NfTablesMessage.GetTable, NetlinkFlags.Request);
        request.String(TableAttribute.Name, table);
        try
        {
            socket.Query(request, _ => { });
            return true;
        }
        catch (NetlinkException e) when (e.Errno == Errno.NoEntry)
        {
            return false;
        }
    }

    private Dictionary<string, List<RuleState>> ReadRules()
    {
        var rules = new Dictionary<string, List<RuleState>>();
        var request = Request(NfTablesMessage.GetRule, NetlinkFlags.Request | NetlinkFlags.Dump);
        request.String(RuleAttribute.Table, table);
        Query(request, attributes =>
        {
            if (NetlinkAttributes.FindText(attributes, RuleAttribute.Table) != table)
                return;
            var chain = NetlinkAttributes.FindText(attributes, RuleAttribute.Chain);
            var comment = RuleComment.Decode(NetlinkAttributes.Find(attributes, RuleAttribute.UserData));
            var expressions = ExpressionText.Of(NetlinkAttributes.Find(attributes, RuleAttribute.Expressions), out var packets);
            (rules.TryGetValue(chain, out var list) ? list : rules[chain] = []).Add(new RuleState(expressions, comment, "", packets));
        });
        return rules;
    }

    private ImmutableArray<ChainState> ReadChains(Dictionary<string, List<RuleState>> rules)
    {
        var chains = ImmutableArray.CreateBuilder<ChainState>();
        Query(Request(NfTablesMessage.GetChain, NetlinkFlags.Request | NetlinkFlags.Dump), attributes =>
        {
            if (NetlinkAttributes.FindText(attributes, ChainAttribute.Table) != table)
                return;
            var name = NetlinkAttributes.FindText(attributes, ChainAttribute.Name);
            chains.Add(new ChainState(name, HookText(attributes), rules.TryGetValue(name, out var list) ? [.. list] : []));
        });
        return chains.ToImmutable();
    }

    private static string HookText(ReadOnlySpan<byte> chain)
    {
        var hook = NetlinkAttributes.Find(chain, ChainAttribute.Hook);
        if (hook.IsEmpty)
            return "";
        var number = BinaryPrimitives.ReadUInt32BigEndian(NetlinkAttributes.Find(hook, ChainAttribute.HookNumber));
        var priority = BinaryPrimitives.ReadInt32BigEndian(NetlinkAttributes.Find(hook, ChainAttribute.HookPriority));
        var type = NetlinkAttributes.FindText(chain, ChainAttribute.Type) == "nat" ? ChainType.Nat : ChainType.Filter;
        return NftText.Of(new ChainHook(type, (Hook)number, priority));
    }

    private ImmutableArray<SetState> ReadSets()
    {
        var found = new List<(string Name, uint KeyType)>();
        var request = Request(NfTablesMessage.GetSet, NetlinkFlags.Request | NetlinkFlags.Dump);
        request.String(SetAttribute.Table, table);
        Query(request, attributes =>
        {
            if (NetlinkAttributes.FindText(attributes, SetAttribute.Table) == table)
                found.Add((NetlinkAttributes.FindText(attributes, SetAttribute.Name), KeyTypeOf(attributes)));
        });
        return [.. found.Select(s => new SetState(s.Name, s.KeyType, ReadElements(s.Name, s.KeyType)))];
    }

    private static uint KeyTypeOf(ReadOnlySpan<byte> set) =>
        BinaryPrimitives.ReadUInt32BigEndian(NetlinkAttributes.Find(set, SetAttribute.KeyType));

    private string ReadElements(string set, uint keyType)
    {
        var key = Enum.GetValues<SetKey>().FirstOrDefault(k => SetKeys.TypeOf(k) == keyType);
        var elements = new List<SetElement>();
        var request = Request(NfTablesMessage.GetElement, NetlinkFlags.Request | NetlinkFlags.Dump);
        request.String(ElementAttribute.Table, table);
        request.String(ElementAttribute.Set, set);
        Query(request, attributes =>
        {
            var list = new NetlinkAttributes(NetlinkAttributes.Find(attributes, ElementAttribute.Elements));
            while (list.Next())
                elements.Add(ElementOf(list.Value));
        });
        return NftText.Elements(new IntervalSet(set, key, SetKeys.IntervalsOf(elements, key)));
    }

    private static SetElement ElementOf(ReadOnlySpan<byte> element)
    {
        var key = NetlinkAttributes.Find(NetlinkAttributes.Find(element, ElementAttribute.Key), ElementAttribute.DataValue);
        var flags = NetlinkAttributes.Find(element, ElementAttribute.Flags);
        Span<byte> number = stackalloc byte[16];
        number.Clear();
        key.CopyTo(number[(16 - key.Length)..]);
        var isEnd = !flags.IsEmpty && (BinaryPrimitives.ReadUInt32BigEndian(flags) & ElementAttribute.IntervalEnd) != 0;
        return new SetElement(BinaryPrimitives.ReadUInt128BigEndian(number), isEnd);
    }

    private delegate void AttributesHandler(ReadOnlySpan<byte> attributes);

    private void Query(NetlinkMessages request, AttributesHandler handler) =>
        _consistent &= socket.Query(request, body => handler(body[NetlinkMessages.NetfilterHeaderLength..]));

    private static NetlinkMessages Request(ushort type, NetlinkFlags flags)
    {
        var messages = new NetlinkMessages();
        messages.Begin(type, flags, 1, NfTablesMessage.FamilyInet);
        return messages;
    }
}
