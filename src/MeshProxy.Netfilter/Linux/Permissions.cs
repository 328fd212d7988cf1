using System.Globalization;

namespace MeshProxy.Netfilter.Linux;

/// <summary>What the calling thread may do, and words for what it may not.</summary>
internal static class Permissions
{
    /// <summary>Whether the calling thread has the capability in effect.</summary>
    public static bool Has(Capability capability) => Has(ProcessStatus.OfThisThread().Effective, capability);

    /// <param name="capability">What is missing.</param>
    /// <param name="doing">What failed, as a noun phrase.</param>
    public static NetfilterException Missing(Capability capability, string doing)
    {
        var status = ProcessStatus.OfThisThread();
        var who = $"uid {status.EffectiveUid}, effective capabilities {Names(status.Effective)}";
        var lost = WasLost(status, capability)
            ? $"; CAP_{NameOf(capability)} is in the bounding set, so a user other than root lost it at exec"
            : "";
        return new NetfilterException(
            FailureKind.Permission,
            $"{doing} needs CAP_{NameOf(capability)}, which this process lacks ({who}{lost})",
            Cure(status, capability));
    }

    private static string Cure(ProcessStatus status, Capability capability)
    {
        if (Has(status.Effective, capability))
            return "the namespace belongs to another user namespace: run where its owner has the capability";
        if (WasLost(status, capability) && status.EffectiveUid != 0)
        {
            return "start meshproxy itself as the container's command, without a shell or another program before it, from an image whose "
                + $"file has the capability (setcap cap_{NameOf(capability).ToLowerInvariant()}+ep), with {SecurityContext(capability)}; "
                + "or run as root (runAsUser: 0)";
        }
        var instead = capability == Capability.NetRaw ? ", or leave --backend out: the default needs NET_ADMIN alone" : "";
        return $"give the container {SecurityContext(capability)}{instead}";
    }

    /// <summary>What suffices, in one line of YAML.</summary>
    private static string SecurityContext(Capability capability)
    {
        var added = capability == Capability.NetRaw ? "NET_ADMIN, NET_RAW" : NameOf(capability);
        return $"securityContext: {{capabilities: {{drop: [ALL], add: [{added}]}}, allowPrivilegeEscalation: false}}";
    }

    private static bool WasLost(ProcessStatus status, Capability capability) =>
        !Has(status.Effective, capability) && Has(status.Bounding, capability);

    private static bool Has(ulong set, Capability capability) => (set >> (int)capability & 1) != 0;

    private static string NameOf(Capability capability) => capability switch
    {
        Capability.NetAdmin => "NET_ADMIN",
        Capability.NetRaw => "NET_RAW",
        _ => "SYS_ADMIN",
    };

    private static string Names(ulong set)
    {
        if (set == 0)
            return "none";
        var known = Enum.GetValues<Capability>().Where(c => Has(set, c)).Select(NameOf).ToArray();
        var hex = string.Create(CultureInfo.InvariantCulture, $"0x{set:x}");
        return known.Length == 0 ? hex : $"{hex} with {string.Join(", ", known)}";
    }
}
