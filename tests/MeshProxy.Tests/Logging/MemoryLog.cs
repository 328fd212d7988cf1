using System.Text;
using MeshProxy.Configuration;
using MeshProxy.Logging;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Logging;

/// <summary>A log into memory; reading it ends it, so that every line is there.</summary>
internal sealed class MemoryLog : IDisposable
{
    private readonly MemoryStream _output = new();

    public MemoryLog(
        LogLevel level = LogLevel.Information,
        LogFormat format = LogFormat.Text,
        int rateLimit = 0,
        bool colours = false,
        TimeProvider? time = null) =>
        Log = new SidecarLog(new LogSettings(level, format, rateLimit), _output, colours, time ?? TimeProvider.System);

    public SidecarLog Log { get; }

    public ILogger Logger(string category = "MeshProxy.Test") => Log.CreateLogger(category);

    /// <summary>All lines; each was ended by a line feed.</summary>
    public string[] End()
    {
        Log.Dispose();
        var text = Encoding.UTF8.GetString(_output.ToArray());
        Assert.True(text.Length == 0 || text.EndsWith('\n'));
        return text.Length == 0 ? [] : text[..^1].Split('\n');
    }

    public void Dispose() => Log.Dispose();
}
