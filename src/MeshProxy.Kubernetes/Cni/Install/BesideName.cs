using System.Security.Cryptography;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// The name of a file while it is written beside another: <c>.meshproxy-NAME.ID.tmp</c>, and with the hash of what was written, where the
/// two are going to be exchanged: <c>.meshproxy-NAME.HASH.ID.tmp</c>. By the hash, whoever finds it later can tell whether they were.
/// </summary>
internal static class BesideName
{
    private const string Prefix = ".meshproxy-";
    private const string Suffix = ".tmp";
    private const int HashDigits = 16;
    private const int IdDigits = 8;

    public static string For(string path) => Name(path, "");

    public static string ForExchange(string path, ReadOnlySpan<byte> content) => Name(path, $".{HashOf(content)}");

    public static IEnumerable<string> AllIn(string folder) => Directory.GetFiles(folder, $"{Prefix}*{Suffix}");

    /// <returns>Null where no exchange was meant.</returns>
    public static (string Target, string Hash)? ExchangeOf(string beside)
    {
        var name = Path.GetFileName(beside)[Prefix.Length..^Suffix.Length];
        const int Tail = 1 + HashDigits + 1 + IdDigits;
        if (name.Length <= Tail || name[^Tail] != '.' || name[^(IdDigits + 1)] != '.')
            return null;
        var hash = name[^(Tail - 1)..^(IdDigits + 1)];
        return hash.All(char.IsAsciiHexDigitLower) ? (Path.Combine(Path.GetDirectoryName(beside)!, name[..^Tail]), hash) : null;
    }

    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content))[..HashDigits];

    private static string Name(string path, string hash)
    {
        var full = Path.GetFullPath(path);
        var id = Guid.NewGuid().ToString("N")[..IdDigits];
        return Path.Combine(Path.GetDirectoryName(full)!, $"{Prefix}{Path.GetFileName(full)}{hash}.{id}{Suffix}");
    }
}
