namespace MeshProxy.Netfilter.SelfTest;

/// <summary>How one probe ended.</summary>
/// <param name="Detail">What arrived where; or why there was nothing to prove; or what was expected and what was seen.</param>
internal readonly record struct ProbeResult(ProbeVerdict Verdict, string Detail)
{
    public static ProbeResult Redirected(string detail) => new(ProbeVerdict.Redirected, detail);

    public static ProbeResult Skipped(string reason) => new(ProbeVerdict.Skipped, reason);

    public static ProbeResult Failed(string expected, string seen) => new(ProbeVerdict.Failed, $"{expected}: {seen}");
}
