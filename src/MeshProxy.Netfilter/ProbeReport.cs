namespace MeshProxy.Netfilter;

public enum ProbeVerdict
{
    /// <summary>The probe reached the proxy's port, with the right original destination.</summary>
    Redirected,

    /// <summary>There is nothing to prove, or no way to; the detail says why.</summary>
    Skipped,

    /// <summary>It did not; the detail says what was expected and what was seen.</summary>
    Failed,
}

/// <summary>One connection made by the self-test.</summary>
/// <param name="Direction"><c>inbound</c> or <c>outbound</c>.</param>
/// <param name="Family"><c>IPv4</c> or <c>IPv6</c>.</param>
public sealed record ProbeReport(string Direction, string Family, ProbeVerdict Verdict, string Detail);
