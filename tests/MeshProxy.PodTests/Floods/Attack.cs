namespace MeshProxy.PodTests.Floods;

/// <param name="Name">As docs/reliability.md calls it.</param>
/// <param name="HeldKiB">What each attacker may make the sidecar hold, where all of them are there at a time.</param>
/// <param name="HeldMiB">What all of them together may, where they come and go: the first crowd a sidecar sees takes some for good.</param>
/// <param name="CarriedMilliseconds">
/// CPU for what the server sends each attacker until its window and the kernel's queue are full. Carrying that is what a sidecar is for,
/// and cannot be had for three times the price of a request; nearly all of it is the kernel's, and holds the attacker's own side too,
/// for a veth pair receives in its sender's time.
/// </param>
internal sealed record Attack(string Name, int Connections, double? HeldKiB = null, double HeldMiB = 6, double CarriedMilliseconds = 0);
