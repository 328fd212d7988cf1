using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>Every code that the plugin answers with; the table of docs/cni.md is this one.</summary>
internal static class CniErrorTable
{
    public static ImmutableArray<CniErrorRow> Rows { get; } =
    [
        new(CniErrorCode.IncompatibleVersion, "the network configuration has a CNI version that is not understood here",
            "give the list cniVersion 0.3.1, 0.4.0, 1.0.0 or 1.1.0"),
        new(CniErrorCode.BadEnvironment, "the runtime left out a CNI_ variable, or gave one that makes no sense",
            "report it to the maker of the container runtime"),
        new(CniErrorCode.NotDecoded, "what came on standard input is no JSON object", "mend the network configuration list"),
        new(CniErrorCode.BadConfig, "the plugin stands first in its list, or its entry has a value that makes no sense",
            "put it behind the plugin that makes the pod's interface, as meshproxy cni install does"),
        new(CniErrorCode.NotAvailable, "STATUS: no pod's connections could be redirected on this node",
            "mend what the message names; pods of the mesh cannot start until then"),
        new(CniErrorCode.Unexpected, "a bug", "please report it, with the details"),
        new(CniErrorCode.BadAnnotation, "the pod's annotation meshproxy.io/redirect cannot be carried out",
            "inject the pod again with the injector of this release, and leave the annotation as it writes it"),
        new(CniErrorCode.BadNamespace, "CNI_NETNS is no network namespace of a pod",
            "the runtime tries again; if it stays, restart the container runtime of the node"),
        new(CniErrorCode.KernelLacksFeature, "the node's kernel lacks what the redirect needs",
            "load nf_tables, nft_chain_nat, nft_redir and nfnetlink_cttimeout on the node"),
        new(CniErrorCode.Permission, "the plugin may not change the pod's namespace",
            "the container runtime must start plugins as root, with CAP_NET_ADMIN and CAP_SYS_ADMIN"),
        new(CniErrorCode.ForeignRules, "another mesh redirects the pod already",
            "take the other mesh's CNI plugin or init container off this pod"),
        new(CniErrorCode.NotRedirected, "the rules are in place, but connections made as a test were not redirected",
            "look for rules of other plugins in the pod's namespace (nft list ruleset)"),
        new(CniErrorCode.RulesDiffer, "CHECK: what is in force is not what the annotation asks for",
            "delete the pod, so that its controller makes it anew"),
        new(CniErrorCode.KernelRefused, "the kernel refused for another reason", "the runtime tries again; see the node's kernel log"),
        new(CniErrorCode.NoAnswer, "the runtime gave no annotations, and the API server none within the limit",
            "the runtime tries again; see whether this node reaches the API server"),
        new(CniErrorCode.AccessRefused, "the runtime gave no annotations, and the API server refused to",
            "see that meshproxy cni install runs on this node, for it renews the token, and that its role may get pods"),
        new(CniErrorCode.NoIpv6, "the annotation asks for ipv6 required, and the pod has no IPv6 address",
            "leave the pod's annotation meshproxy.io/ipv6 out, or give the cluster's pods IPv6 addresses"),
    ];

    public static CniErrorRow Row(CniErrorCode code) => Rows.First(r => r.Code == code);
}
