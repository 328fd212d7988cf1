using Microsoft.Extensions.Logging;

namespace MeshProxy.Lifecycle;

/// <summary>One line per change in the sidecar's life.</summary>
internal sealed partial class SidecarEvents(ILogger logger)
{
    [LoggerMessage(1001, LogLevel.Information,
        "meshproxy {Version} starting as process {Pid}, with {Written} key(s) from {File} and the environment")]
    public partial void Starting(string version, int pid, int written, string file);

    [LoggerMessage(1002, LogLevel.Information, "ready {Milliseconds:0} ms after exec")]
    public partial void Ready(double milliseconds);

    [LoggerMessage(1003, LogLevel.Information, "stopping: {Cause}")]
    public partial void Stopping(string cause);

    [LoggerMessage(1004, LogLevel.Warning, "second signal: ending at once")]
    public partial void EndingAtOnce();

    [LoggerMessage(1006, LogLevel.Information, "the app is gone, {Milliseconds:0} ms after the signal")]
    public partial void AppGone(double milliseconds);

    [LoggerMessage(1007, LogLevel.Warning,
        "the app still has sockets {Milliseconds:0} ms after the signal, but the grace period is nearly over")]
    public partial void AppStillThere(double milliseconds);

    [LoggerMessage(1005, LogLevel.Information, "ended after {Milliseconds:0} ms of draining")]
    public partial void Ended(double milliseconds);
}
