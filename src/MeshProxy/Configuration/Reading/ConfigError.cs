using MeshProxy.Logging;

namespace MeshProxy.Configuration.Reading;

/// <summary>One mistake in one line: where it was written, which key, what is wrong, what is allowed.</summary>
internal sealed record ConfigError(ConfigOrigin Origin, string Message)
{
    public override string ToString() => LineText.Escape(Origin.Source == ConfigSource.Default ? Message : $"{Origin}: {Message}");
}
