namespace MeshProxy.Netfilter.Rules;

/// <summary>The values are the kernel's: NFPROTO_IPV4 and NFPROTO_IPV6.</summary>
internal enum IpFamily : byte
{
    V4 = 2,
    V6 = 10,
}
