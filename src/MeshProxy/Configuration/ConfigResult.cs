using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration;

/// <summary>A valid configuration, or every mistake in it; never some of each.</summary>
internal sealed class ConfigResult
{
    private ConfigResult(LoadedConfig? config, ImmutableArray<ConfigError> errors) => (Config, Errors) = (config, errors);

    public LoadedConfig? Config { get; }

    public ImmutableArray<ConfigError> Errors { get; }

    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsValid => Config is not null;

    public static ConfigResult Valid(LoadedConfig config) => new(config, []);

    public static ConfigResult Invalid(ConfigErrors errors) => new(null, errors.ToImmutable());
}
