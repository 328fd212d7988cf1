using System.Text;

namespace MeshProxy.Netfilter.NfTables;

/// <summary>A rule's comment in the form nft(8) keeps it: type 0, length, text with its end (libnftnl, udata.h).</summary>
internal static class RuleComment
{
    public static byte[] Encode(string comment)
    {
        var text = Encoding.UTF8.GetBytes(comment);
        return [0, (byte)(text.Length + 1), .. text, 0];
    }

    public static string Decode(ReadOnlySpan<byte> userData)
    {
        while (userData.Length >= 2 && userData.Length >= 2 + userData[1])
        {
            if (userData[0] == 0)
                return Encoding.UTF8.GetString(userData.Slice(2, userData[1]).TrimEnd((byte)0));
            userData = userData[(2 + userData[1])..];
        }
        return "";
    }
}
