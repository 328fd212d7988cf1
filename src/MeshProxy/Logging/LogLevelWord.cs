using Microsoft.Extensions.Logging;

namespace MeshProxy.Logging;

/// <summary>The words of the configuration, in lines too.</summary>
internal static class LogLevelWord
{
    public static string Of(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.None => "off",
        _ => "error",
    };
}
