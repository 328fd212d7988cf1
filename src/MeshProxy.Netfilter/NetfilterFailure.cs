namespace MeshProxy.Netfilter;

/// <summary>Why the redirect is not in force, for people: each a line without an end.</summary>
/// <param name="Cause">What failed and why, with what was seen.</param>
/// <param name="Cure">What mends it; empty where nothing general can be said.</param>
public sealed record NetfilterFailure(FailureKind Kind, string Cause, string Cure = "")
{
    public override string ToString() => Cure.Length == 0 ? Cause : $"{Cause}; {Cure}";
}
