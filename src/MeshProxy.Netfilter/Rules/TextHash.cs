using System.Text;

namespace MeshProxy.Netfilter.Rules;

/// <summary>
/// A name for a text: 64 bits of FNV-1a, as 16 hexadecimal digits. Nobody is kept out by it, so it need not be cryptographic; and the
/// runtime's cryptographic hashes need OpenSSL, which a small image lacks and which takes longer to load than all the rest takes.
/// </summary>
internal static class TextHash
{
    private const ulong OffsetBasis = 0xcbf29ce484222325;
    private const ulong Prime = 0x00000100000001b3;

    public static string Of(string text)
    {
        var hash = OffsetBasis;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            hash = unchecked((hash ^ b) * Prime);
        return hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }
}
