using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter;

/// <summary>Errors of the kernel's netfilter interfaces as failures: each cause by its name, with what mends it.</summary>
internal static class NetfilterErrors
{
    public static NetfilterException Of(int errno, string doing, string explanation = "") => errno switch
    {
        Errno.NotPermitted or Errno.Access => Permissions.Missing(Capability.NetAdmin, doing),
        Errno.OperationUnsupported or Errno.ProtocolUnsupported or Errno.FamilyUnsupported => new NetfilterException(
            FailureKind.Unsupported, $"{doing} failed: this kernel lacks nf_tables or its NAT for family inet (Linux 5.2)",
            "load nf_tables and nft_chain_nat on the node, or use --backend iptables-legacy"),
        _ => new NetfilterException(
            FailureKind.OperatingSystem, $"{doing} failed: {Errno.Text(errno)}{(explanation.Length > 0 ? $", {explanation}" : "")}"),
    };
}
