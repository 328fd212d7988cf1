namespace MeshProxy.Netfilter.NfTables;

/// <summary>Message types of nf_tables (linux/netfilter/nf_tables.h, nfnetlink.h): subsystem 10 in the high byte.</summary>
internal static class NfTablesMessage
{
    public const ushort Subsystem = 10;
    public const ushort BatchBegin = 0x10;
    public const ushort BatchEnd = 0x11;
    public const byte FamilyInet = 1;
    public const ushort NewTable = Subsystem << 8 | 0;
    public const ushort GetTable = Subsystem << 8 | 1;
    public const ushort DeleteTable = Subsystem << 8 | 2;
    public const ushort NewChain = Subsystem << 8 | 3;
    public const ushort GetChain = Subsystem << 8 | 4;
    public const ushort DeleteChain = Subsystem << 8 | 5;
    public const ushort NewRule = Subsystem << 8 | 6;
    public const ushort GetRule = Subsystem << 8 | 7;
    public const ushort DeleteRule = Subsystem << 8 | 8;
    public const ushort NewSet = Subsystem << 8 | 9;
    public const ushort GetSet = Subsystem << 8 | 10;
    public const ushort NewElement = Subsystem << 8 | 12;
    public const ushort GetElement = Subsystem << 8 | 13;
}

/// <summary>Attributes of a table (NFTA_TABLE_*).</summary>
internal static class TableAttribute
{
    public const int Name = 1;
}

/// <summary>Attributes of a chain (NFTA_CHAIN_*), and of its hook (NFTA_HOOK_*).</summary>
internal static class ChainAttribute
{
    public const int Table = 1;
    public const int Name = 3;
    public const int Hook = 4;
    public const int Policy = 5;
    public const int Type = 7;
    public const int HookNumber = 1;
    public const int HookPriority = 2;
}

/// <summary>Attributes of a rule (NFTA_RULE_*), and of the elements of its expression list.</summary>
internal static class RuleAttribute
{
    public const int Table = 1;
    public const int Chain = 2;
    public const int Handle = 3;
    public const int Expressions = 4;
    public const int UserData = 7;
    public const int ListElement = 1;
    public const int ExpressionName = 1;
    public const int ExpressionData = 2;
}

/// <summary>Attributes of a set (NFTA_SET_*).</summary>
internal static class SetAttribute
{
    public const int Table = 1;
    public const int Name = 2;
    public const int Flags = 3;
    public const int KeyType = 4;
    public const int KeyLength = 5;
    public const int Id = 10;
    public const uint Interval = 4;
}

/// <summary>Attributes of set elements (NFTA_SET_ELEM_*).</summary>
internal static class ElementAttribute
{
    public const int Table = 1;
    public const int Set = 2;
    public const int Elements = 3;
    public const int SetId = 4;
    public const int ListElement = 1;
    public const int Key = 1;
    public const int Flags = 3;
    public const int DataValue = 1;
    public const uint IntervalEnd = 1;
}
