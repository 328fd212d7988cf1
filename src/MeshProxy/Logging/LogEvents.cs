using Microsoft.Extensions.Logging;

namespace MeshProxy.Logging;

/// <summary>
/// Ranges of event ids, never used twice: 1000 life cycle and configuration, 2000 connections, 3000 HTTP, 4000 drain, 5000 administration.
/// </summary>
internal static class LogEvents
{
    public static readonly EventId LinesDropped = new(1090, nameof(LinesDropped));

    /// <summary>
    /// Events that peers can cause are limited; those of life cycle and configuration come from the pod's owner, who needs every line. A
    /// level below info was asked for by somebody who wants every line as well.
    /// </summary>
    public static bool MayBeLimited(string category, EventId id, LogLevel level) =>
        level >= LogLevel.Information && !(LogCategory.IsOurs(category) && id.Id is >= 1000 and < 2000);
}
