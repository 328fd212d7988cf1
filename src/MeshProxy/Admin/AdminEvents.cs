using Microsoft.Extensions.Logging;

namespace MeshProxy.Admin;

internal sealed partial class AdminEvents(ILogger logger)
{
    [LoggerMessage(5001, LogLevel.Information, "lame duck asked for: not ready any more, and still accepting")]
    public partial void LameDuckAsked();

    [LoggerMessage(5002, LogLevel.Warning, "log level changed from {Old} to {New} until the configuration changes it or the sidecar ends")]
    public partial void LogLevelChanged(string old, string @new);
}
