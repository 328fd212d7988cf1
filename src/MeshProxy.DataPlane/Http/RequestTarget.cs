namespace MeshProxy.DataPlane.Http;

/// <summary>The four forms of a request-target (RFC 9112 §3.2) as far as they can be told apart by their beginning.</summary>
internal static class RequestTarget
{
    /// <summary>
    /// origin-form begins with a slash, asterisk-form is an asterisk alone, absolute-form has its scheme, and authority-form follows
    /// CONNECT only. Where the target is not <paramref name="complete"/>, true means that it can still become one.
    /// </summary>
    public static bool HasForm(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, bool complete)
    {
        if (target.IsEmpty)
            return !complete;
        var first = target[0];
        if (method.SequenceEqual("CONNECT"u8))
            return char.IsAsciiLetterOrDigit((char)first) || first == '[';
        if (first == '/')
            return true;
        if (first == '*')
            return target.Length == 1;
        if (!char.IsAsciiLetter((char)first))
            return false;
        var scheme = target.IndexOfAnyExcept(HttpCharacters.Scheme);
        return scheme < 0 ? !complete : target[scheme] == ':';
    }
}
