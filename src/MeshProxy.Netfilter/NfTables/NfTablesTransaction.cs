using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>
/// Changes to nf_tables that come into force together or not at all. Rules in force stay in force until the kernel switches generations, so
/// a table that is deleted and created in one transaction leaves no moment without rules.
/// </summary>
internal sealed class NfTablesTransaction
{
    /// <summary>An attribute is at most 64 KiB; an IPv6 element takes 40 bytes.</summary>
    private const int ElementsPerMessage = 1000;

    private readonly NetlinkMessages _messages = new();

    /// <summary>What each message asks for, in words or as nft text; the sequence number is the place in this list.</summary>
    private readonly List<string> _purposes = [];

    public NfTablesTransaction()
    {
        Begin(NfTablesMessage.BatchBegin, NetlinkFlags.Request, "a transaction", family: 0, NfTablesMessage.Subsystem);
    }

    /// <inheritdoc cref="ExpressionWriter.SocketName"/>
    internal string SocketExpression { get; init; } = ExpressionWriter.SocketName;

    public void Replace(RuleSet rules)
    {
        Remove(rules.Table);
        AddTable(rules.Table);
        foreach (var set in rules.Sets)
            AddSet(rules.Table, set);
        // Chains first and rules after, so that a rule may jump to any chain.
        foreach (var chain in rules.Chains)
            AddChain(rules.Table, chain);
        foreach (var chain in rules.Chains)
        {
            foreach (var rule in chain.Rules)
                AddRule(rules.Table, chain.Name, rule);
        }
    }

    /// <summary>Creating what may exist, and then deleting it, deletes it without an error either way.</summary>
    public void Remove(string table, byte family = NfTablesMessage.FamilyInet)
    {
        AddTable(table, family);
        Begin(NfTablesMessage.DeleteTable, NetlinkFlags.Request, $"delete table {table}", family);
        _messages.String(TableAttribute.Name, table);
    }

    public void DeleteRule(byte family, string table, string chain, ulong handle)
    {
        Begin(NfTablesMessage.DeleteRule, NetlinkFlags.Request, $"delete a rule of chain {table} {chain}", family);
        _messages.String(RuleAttribute.Table, table);
        _messages.String(RuleAttribute.Chain, chain);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, handle);
        _messages.Raw(RuleAttribute.Handle, bytes);
    }

    public void FlushChain(byte family, string table, string chain)
    {
        Begin(NfTablesMessage.DeleteRule, NetlinkFlags.Request, $"flush chain {table} {chain}", family);
        _messages.String(RuleAttribute.Table, table);
        _messages.String(RuleAttribute.Chain, chain);
    }

    public void DeleteChain(byte family, string table, string chain)
    {
        Begin(NfTablesMessage.DeleteChain, NetlinkFlags.Request, $"delete chain {table} {chain}", family);
        _messages.String(ChainAttribute.Table, table);
        _messages.String(ChainAttribute.Name, chain);
    }

    /// <returns>What the kernel refused, or null.</returns>
    public NfTablesRefusal? Commit(NetlinkSocket socket)
    {
        // The last real message carries the request for an answer: kernels before 6.10 do not acknowledge the end of a batch.
        var last = (uint)_purposes.Count;
        _messages.RequestAcknowledgement();
        Begin(NfTablesMessage.BatchEnd, NetlinkFlags.Request, "commit", family: 0, NfTablesMessage.Subsystem);
        try
        {
            return socket.Transact(_messages, last) is { } error ? RefusalOf(error) : null;
        }
        catch (NetlinkException e)
        {
            return new NfTablesRefusal(e.Errno, "a transaction", "", "");
        }
    }

    private NfTablesRefusal RefusalOf(NetlinkError error)
    {
        var purpose = _purposes[(int)Math.Clamp(error.Sequence, 1, (uint)_purposes.Count) - 1];
        return new NfTablesRefusal(error.Errno, purpose, error.Explanation, ExpressionAt(error));
    }

    /// <summary>The name of the expression that the kernel points at, or empty.</summary>
    private string ExpressionAt(NetlinkError error)
    {
        var message = _messages.Message(error.Sequence);
        if (error.Offset <= 0 || error.Offset + 4 > message.Length)
            return "";
        var attribute = new NetlinkAttributes(message[error.Offset..]);
        if (!attribute.Next() || attribute.Type != RuleAttribute.ListElement)
            return "";
        var inner = attribute.Value;
        // The kernel points at the list element, or at the name in it.
        return NetlinkAttributes.Find(inner, RuleAttribute.ExpressionName) is { Length: > 0 } name
            ? Encoding.UTF8.GetString(name.TrimEnd((byte)0))
            : Encoding.UTF8.GetString(inner.TrimEnd((byte)0));
    }

    private void AddTable(string table, byte family = NfTablesMessage.FamilyInet)
    {
        Begin(NfTablesMessage.NewTable, NetlinkFlags.Request | NetlinkFlags.Create, $"add table {table}", family);
        _messages.String(TableAttribute.Name, table);
    }

    private void AddSet(string table, IntervalSet set)
    {
        Begin(NfTablesMessage.NewSet, NetlinkFlags.Request | NetlinkFlags.Create, $"add set {set.Name}");
        _messages.String(SetAttribute.Table, table);
        _messages.String(SetAttribute.Name, set.Name);
        _messages.UInt32(SetAttribute.Flags, SetAttribute.Interval);
        _messages.UInt32(SetAttribute.KeyType, SetKeys.TypeOf(set.Key));
        _messages.UInt32(SetAttribute.KeyLength, SetKeys.LengthOf(set.Key));
        _messages.UInt32(SetAttribute.Id, (uint)_purposes.Count);
        foreach (var part in SetKeys.ElementsOf(set).Chunk(ElementsPerMessage))
            AddElements(table, set, part);
    }

    private void AddElements(string table, IntervalSet set, SetElement[] elements)
    {
        Begin(NfTablesMessage.NewElement, NetlinkFlags.Request | NetlinkFlags.Create, $"add elements of set {set.Name}");
        _messages.String(ElementAttribute.Table, table);
        _messages.String(ElementAttribute.Set, set.Name);
        var list = _messages.BeginNested(ElementAttribute.Elements);
        Span<byte> key = stackalloc byte[16];
        foreach (var element in elements)
        {
            var entry = _messages.BeginNested(ElementAttribute.ListElement);
            if (element.IsEnd)
                _messages.UInt32(ElementAttribute.Flags, ElementAttribute.IntervalEnd);
            var data = _messages.BeginNested(ElementAttribute.Key);
            BinaryPrimitives.WriteUInt128BigEndian(key, element.Key);
            _messages.Raw(ElementAttribute.DataValue, key[(16 - (int)SetKeys.LengthOf(set.Key))..]);
            _messages.EndNested(data);
            _messages.EndNested(entry);
        }
        _messages.EndNested(list);
    }

    private void AddChain(string table, Chain chain)
    {
        var hookText = chain.Hook is null ? "" : $" {{ {NftText.Of(chain.Hook)} }}";
        Begin(NfTablesMessage.NewChain, NetlinkFlags.Request | NetlinkFlags.Create, $"add chain {chain.Name}{hookText}");
        _messages.String(ChainAttribute.Table, table);
        _messages.String(ChainAttribute.Name, chain.Name);
        if (chain.Hook is not { } hook)
            return;
        var nested = _messages.BeginNested(ChainAttribute.Hook);
        _messages.UInt32(ChainAttribute.HookNumber, (uint)hook.Hook);
        _messages.UInt32(ChainAttribute.HookPriority, (uint)hook.Priority);
        _messages.EndNested(nested);
        _messages.UInt32(ChainAttribute.Policy, 1);
        _messages.String(ChainAttribute.Type, hook.Type == ChainType.Nat ? "nat" : "filter");
    }

    private void AddRule(string table, string chain, Rule rule)
    {
        Begin(NfTablesMessage.NewRule, NetlinkFlags.Request | NetlinkFlags.Create | NetlinkFlags.Append, $"the rule '{NftText.Of(rule)}'");
        _messages.String(RuleAttribute.Table, table);
        _messages.String(RuleAttribute.Chain, chain);
        var list = _messages.BeginNested(RuleAttribute.Expressions);
        ExpressionWriter.Write(_messages, rule, SocketExpression);
        _messages.EndNested(list);
        _messages.Raw(RuleAttribute.UserData, RuleComment.Encode(rule.Comment));
    }

    private void Begin(ushort type, NetlinkFlags flags, string purpose, byte family = NfTablesMessage.FamilyInet, ushort resource = 0)
    {
        _purposes.Add(purpose);
        _messages.Begin(type, flags, (uint)_purposes.Count, family, resource);
    }
}
