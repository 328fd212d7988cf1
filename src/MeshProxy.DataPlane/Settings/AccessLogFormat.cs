namespace MeshProxy.DataPlane.Settings;

/// <summary>Whether there is a line per HTTP request, and in which words.</summary>
public enum AccessLogFormat : byte
{
    /// <summary>None: the default, and what costs nothing.</summary>
    Off,

    /// <summary>One JSON object per line, with everything that is known.</summary>
    Json,

    /// <summary>The Combined Log Format of Apache httpd, which log analysers read.</summary>
    Common,
}
