using Microsoft.Extensions.Logging;

namespace MeshProxy.Logging;

/// <summary>One event on its way to its line.</summary>
/// <param name="Message">As the event worded it, with its values; not yet escaped.</param>
/// <param name="Fields">Its values by name, for JSON; may hold anything, of any length.</param>
internal readonly record struct LogRecord(
    DateTimeOffset Time,
    LogLevel Level,
    string Category,
    EventId Event,
    string Message,
    Exception? Exception,
    IReadOnlyList<KeyValuePair<string, object?>>? Fields);
