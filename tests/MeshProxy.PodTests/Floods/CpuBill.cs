using System.Globalization;

namespace MeshProxy.PodTests.Floods;

/// <summary>What an attack cost, in seconds of CPU.</summary>
/// <param name="Sidecar">Beyond good traffic.</param>
internal readonly record struct CpuBill(Attack Attack, double Sidecar, double Attackers)
{
    private const double Amplification = 3;

    /// <summary>Bytes that nobody takes may cost twice what they cost for those who do.</summary>
    private const double Carriage = 2;

    /// <summary>
    /// Seconds for what is no part of the attack: scrapes, code that is compiled, and good traffic that is dearer in a crowd.
    /// </summary>
    private const double Allowance = 0.3;

    /// <summary>Seconds; attackers that spend less are compared by what is allowed, for the ratio is the allowance's.</summary>
    private const double LeastToCompare = Allowance / Amplification;

    private double Allowed => Amplification * Attackers + Allowance + Carriage * Attack.CarriedSeconds;

    public void Check() => Assert.True(Sidecar <= Allowed, $"{Attack.Name}: {this}");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Math.Max(0, Sidecar):0.00} s vs {Attackers:0.00} s, {(Attackers < LeastToCompare
            ? Text($"{Allowed:0.00} s allowed")
            : Text($"{Math.Max(0, Sidecar) / Attackers:0.0} ×"))}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
