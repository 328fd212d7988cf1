using Microsoft.Extensions.Logging;

namespace MeshProxy.Logging;

/// <summary>One category. A level that is off costs one comparison.</summary>
internal sealed class SidecarLogger(SidecarLog log, string category) : ILogger
{
    /// <summary>Libraries' lines below warning are for those who build libraries; they are written at trace alone.</summary>
    private readonly bool _ours = LogCategory.IsOurs(category);

    public bool IsEnabled(LogLevel logLevel) =>
        logLevel >= log.Level && logLevel != LogLevel.None && (_ours || logLevel >= LogLevel.Warning || log.Level == LogLevel.Trace);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            log.Write(new LogRecord(log.Now, logLevel, category, eventId, formatter(state, exception), exception, Fields(state)));
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    private static IReadOnlyList<KeyValuePair<string, object?>>? Fields<TState>(TState state) =>
        state as IReadOnlyList<KeyValuePair<string, object?>>;
}
