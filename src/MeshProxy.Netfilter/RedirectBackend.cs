namespace MeshProxy.Netfilter;

/// <summary>Who puts the rules into the kernel.</summary>
public enum RedirectBackend
{
    /// <summary>This process, over netlink; no program is started.</summary>
    Netlink,

    /// <summary>The program <c>nft</c>; the same rules.</summary>
    Nft,

    /// <summary>The programs <c>iptables-nft-restore</c> and <c>ip6tables-nft-restore</c>.</summary>
    IptablesNft,

    /// <summary>The programs <c>iptables-legacy-restore</c> and <c>ip6tables-legacy-restore</c>; they need NET_RAW too.</summary>
    IptablesLegacy,
}
