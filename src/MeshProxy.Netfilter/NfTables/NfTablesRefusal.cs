namespace MeshProxy.Netfilter.NfTables;

/// <summary>What the kernel refused of a transaction; nothing of it is in force.</summary>
/// <param name="Purpose">The part it refused, in words.</param>
/// <param name="Explanation">The kernel's own words; often empty.</param>
/// <param name="Expression">The expression it does not know or like, where it says so; otherwise empty.</param>
internal sealed record NfTablesRefusal(int Errno, string Purpose, string Explanation, string Expression);
