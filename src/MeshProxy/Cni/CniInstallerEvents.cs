using Microsoft.Extensions.Logging;

namespace MeshProxy.Cni;

/// <summary>One line per change on the node.</summary>
internal sealed partial class CniInstallerEvents(ILogger logger)
{
    [LoggerMessage(6001, LogLevel.Information,
        "meshproxy {Version} starting as process {Pid}: plugin into {Binaries}, configuration in {Config}")]
    public partial void Starting(string version, int pid, string binaries, string config);

    [LoggerMessage(6002, LogLevel.Information, "{Change}")]
    public partial void Changed(string change);

    [LoggerMessage(6003, LogLevel.Information, "this node is covered: {Reason}")]
    public partial void Covered(string reason);

    [LoggerMessage(6004, LogLevel.Warning, "this node is not covered, pods may start unmeshed: {Reason}")]
    public partial void Uncovered(string reason);

    [LoggerMessage(6005, LogLevel.Warning, "{Danger}")]
    public partial void Endangered(string danger);

    [LoggerMessage(6007, LogLevel.Information, "{Pod}: repaired: {Message}")]
    public partial void Repaired(string pod, string message);

    [LoggerMessage(6008, LogLevel.Warning, "{Pod} runs without its redirect: {Message}")]
    public partial void NotRepaired(string pod, string message);

    [LoggerMessage(6009, LogLevel.Warning, "pods cannot be repaired: {Cause}")]
    public partial void RepairsUnable(string cause);

    [LoggerMessage(6010, LogLevel.Warning, "{Folder} cannot be watched and is looked at every {Seconds} s instead: {Cause}")]
    public partial void PollingOnly(string folder, double seconds, string cause);

    [LoggerMessage(6006, LogLevel.Information,
        "ending: {Cause}; plugin and configuration stay, so that pods go on being meshed; to take them off: meshproxy cni uninstall")]
    public partial void Stopping(string cause);
}
