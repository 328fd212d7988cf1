using Microsoft.Extensions.Logging;

namespace MeshProxy.Configuration.Reload;

internal sealed partial class ReloadLog(ILogger logger)
{
    [LoggerMessage(1010, LogLevel.Information, "configuration taken over from {File}: {Changes}")]
    public partial void Applied(string file, string changes);

    [LoggerMessage(1011, LogLevel.Error, "configuration: {Mistake}")]
    public partial void Mistake(string mistake);

    [LoggerMessage(1012, LogLevel.Error, "configuration refused, {Count} mistake(s) in {File}; the old one stays in force")]
    public partial void Rejected(int count, string file);

    [LoggerMessage(1013, LogLevel.Warning, "{Key} takes effect at the next start: {Running} stays until then, not {Next}")]
    public partial void NeedsRestart(string key, string running, string next);

    [LoggerMessage(1014, LogLevel.Warning, "{Cause}; the configuration in force stays, and the file is looked for")]
    public partial void FileGone(string cause);

    [LoggerMessage(1015, LogLevel.Warning,
        "{Folder} cannot be watched ({Cause}): changes of the configuration are noticed within {Seconds} s")]
    public partial void PollingOnly(string folder, string cause, double seconds);

    [LoggerMessage(1016, LogLevel.Information, "manifest skipped, not about egress: {Document}")]
    public partial void Skipped(string document);
}
