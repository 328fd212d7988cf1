namespace MeshProxy.Netfilter.Rules;

/// <summary>What conntrack thinks of a packet. The bits are the kernel's (NF_CT_STATE_BIT).</summary>
[Flags]
internal enum ConnectionState : uint
{
    Invalid = 1,
    New = 8,
}
