using System.Globalization;

namespace MeshProxy.PodTests.Floods;

/// <summary>What an attack made the sidecar hold.</summary>
/// <param name="GrownMiB">Of its own data (RssAnon), at most.</param>
internal readonly record struct MemoryBill(Attack Attack, double GrownMiB)
{
    /// <summary>For garbage and what good traffic holds meanwhile.</summary>
    private const double AllowanceMiB = 2;

    private bool IsInAll => Attack.HeldKiB is null;

    private double AllowedMiB => AllowanceMiB + (Attack.HeldKiB is { } each ? Attack.Connections * each / 1024 : Attack.HeldMiB);

    public void Check() => Assert.True(
        GrownMiB <= AllowedMiB, $"{Attack.Name}: {GrownMiB:0.0} MiB of {Attack.Connections} connections, {AllowedMiB:0.0} MiB allowed");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsInAll ? GrownMiB : GrownMiB * 1024 / Attack.Connections):0.0} {(IsInAll ? "MiB in all" : "KiB each")}");
}
