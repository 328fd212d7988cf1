namespace MeshProxy.Netfilter.Rules;

/// <summary>Where a chain is entered. The values are the kernel's (enum nf_inet_hooks).</summary>
internal enum Hook : uint
{
    Prerouting = 0,
    Input = 1,
    Output = 3,
}

internal enum ChainType
{
    Filter,
    Nat,
}

/// <param name="Priority">
/// The order among chains of one hook. Conntrack looks the packet up at -200: raw (-300) is before it, mangle (-150) and dstnat (-100)
/// after.
/// </param>
internal sealed record ChainHook(ChainType Type, Hook Hook, int Priority)
{
    public const int Raw = -300;
    public const int Mangle = -150;
    public const int DestinationNat = -100;
}
