namespace MeshProxy.PodTests.Floods;

/// <param name="Name">As docs/reliability.md calls it.</param>
/// <param name="HeldKiB">What each attacker may make the sidecar hold, where all of them are there at a time.</param>
/// <param name="HeldMiB">What all of them together may, where they come and go: the first crowd a sidecar sees takes some for good.</param>
/// <param name="CarriedSeconds">
/// CPU that all the bytes which the server sends the attackers, until their windows and the kernel's queues are full, would cost for
/// readers that take them. Carrying is what a sidecar is for, and cannot be had for three times the price of a request; nearly all of it
/// is the kernel's, and holds the attackers' own side too, for a veth pair receives in its sender's time.
/// </param>
internal sealed record Attack(string Name, int Connections, double? HeldKiB = null, double HeldMiB = 6, double CarriedSeconds = 0);
