using MeshProxy.Logging;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Configuration;

/// <param name="Level">The least level that is written. Default information.</param>
/// <param name="Format">Default text.</param>
/// <param name="RateLimit">Lines of one kind in 10 seconds, from information up; 0 is no limit. Default 20.</param>
internal sealed record LogSettings(LogLevel Level, LogFormat Format, int RateLimit);
