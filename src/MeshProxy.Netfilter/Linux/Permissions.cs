using System.Globalization;

namespace MeshProxy.Netfilter.Linux;

/// <summary>What the calling thread may do, and words for what it may not.</summary>
internal static class Permissions
{
    /// <summary>The securityContext that suffices for everything but legacy iptables, in one line of YAML.</summary>
    private const string SecurityContext = "securityContext: {capabilities: {drop: [ALL], add: [NET_ADMIN]}, allowPrivilegeEscalation: false}";
    private const string SecurityContextWithRaw = "securityContext: {capabilities: {drop: [ALL], add: [NET_ADMIN, NET_RAW]}, allowPrivilegeEscalation: false}";

    /// <summary>Whether the calling thread has the capability in effect.</summary>
    public static bool Has(Capability capability) => Has(ProcessStatus.OfThisThread().Effective, capability);

    /// <param name="doing">What failed, as a noun phrase.</param>
    public static NetfilterException Missing(Capability capability, string doing)
    {
        var status = ProcessStatus.OfThisThread();
        var name = NameOf(capability);
        return new NetfilterException(FailureKind.Permission,
            $"{doing} needs CAP_{name}, which this process lacks (uid {status.EffectiveUid}, effective capabilities {Names(status.Effective)}{Lost(status, capability)})",
            Cure(status, capability, name));
    }

    private static string Lost(ProcessStatus status, Capability capability) =>
        !Has(status.Effective, capability) && Has(status.Bounding, capability) ? $"; CAP_{NameOf(capability)} is in the bounding set, so a user other than root lost it at exec" : "";

    private static string Cure(ProcessStatus status, Capability capability, string name)
    {
        if (Has(status.Effective, capability))
            return "the namespace belongs to another user namespace: run where its owner has the capability";
        if (Has(status.Bounding, capability) && status.EffectiveUid != 0)
            return $"start meshproxy itself as the container's command, without a shell or another program before it, from an image whose file has the capability (setcap cap_{name.ToLowerInvariant()}+ep), with {SecurityContext}; or run as root (runAsUser: 0)";
        return capability == Capability.NetRaw ? $"give the container {SecurityContextWithRaw}, or leave --backend out: the default needs NET_ADMIN alone" : $"give the container {SecurityContext}";
    }

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
