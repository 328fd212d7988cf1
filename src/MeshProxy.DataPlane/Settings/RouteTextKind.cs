namespace MeshProxy.DataPlane.Settings;

/// <summary>How a text is compared.</summary>
public enum RouteTextKind : byte
{
    Exact,

    /// <summary>Of a path, by whole segments: /v1 is a prefix of /v1 and /v1/users, not of /v10.</summary>
    Prefix,

    /// <summary>.NET syntax without backtracking (no look-around, no back-references), over the whole text.</summary>
    Regex,

    /// <summary>Any text at all.</summary>
    Present,
}
