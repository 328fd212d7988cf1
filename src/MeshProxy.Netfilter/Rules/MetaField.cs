namespace MeshProxy.Netfilter.Rules;

/// <summary>What the kernel knows of a packet beside its bytes. The values are nf_tables' (enum nft_meta_keys).</summary>
internal enum MetaField : uint
{
    Mark = 3,
    InInterface = 4,
    OutInterface = 5,
    SocketUid = 10,
    SocketGid = 11,
}
