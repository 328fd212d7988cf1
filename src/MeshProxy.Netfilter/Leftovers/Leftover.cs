namespace MeshProxy.Netfilter.Leftovers;

/// <summary>Who made a rule chain that redirects, by its name.</summary>
internal enum LeftoverOwner
{
    /// <summary>Ours, through another backend than the one in use now.</summary>
    MeshProxy,

    Linkerd,

    Istio,
}

/// <summary>Where it stands.</summary>
internal enum LeftoverPlace
{
    /// <summary>In nf_tables: made by iptables-nft or by nft.</summary>
    NfTables,

    /// <summary>In the tables of iptables-legacy.</summary>
    Legacy,
}

/// <param name="Family">nf_tables' number: 1 inet, 2 IPv4, 10 IPv6.</param>
/// <param name="Chain">Empty where the whole table is the leftover.</param>
internal sealed record Leftover(LeftoverOwner Owner, LeftoverPlace Place, byte Family, string Table, string Chain)
{
    public static LeftoverOwner? OwnerOf(string chain) =>
        chain.StartsWith("MESHPROXY_", StringComparison.Ordinal) ? LeftoverOwner.MeshProxy
        : chain.StartsWith("PROXY_INIT_", StringComparison.Ordinal) ? LeftoverOwner.Linkerd
        : chain.StartsWith("ISTIO_", StringComparison.Ordinal) ? LeftoverOwner.Istio
        : null;

    public override string ToString() => Chain.Length == 0
        ? $"nft table {FamilyName} {Table}"
        : $"{Program}-{(Place == LeftoverPlace.Legacy ? "legacy" : "nft")} chain {Chain} in table {Table}";

    private string Program => Family == 10 ? "ip6tables" : "iptables";

    private string FamilyName => Family switch
    {
        1 => "inet",
        2 => "ip",
        10 => "ip6",
        _ => "of another family",
    };
}
