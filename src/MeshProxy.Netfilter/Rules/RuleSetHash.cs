using System.Security.Cryptography;
using System.Text;

namespace MeshProxy.Netfilter.Rules;

/// <summary>A name for all that a rule set says: 64 bits of SHA-256 over its text, as 16 hexadecimal digits.</summary>
internal static class RuleSetHash
{
    public static string Of(RuleSet rules) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(NftText.Of(rules))).AsSpan(0, 8));
}
