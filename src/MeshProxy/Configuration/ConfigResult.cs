using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration;

/// <summary>A valid configuration, or every mistake in it; never some of each.</summary>
internal sealed class ConfigResult
{
    private ConfigResult(LoadedConfig? config, ManifestsVersion manifests, ImmutableArray<ConfigError> errors) =>
        (Config, Manifests, Errors) = (config, manifests, errors);

    public LoadedConfig? Config { get; }

    /// <summary>The manifests that were read, valid or not: where they change, loading again may end otherwise.</summary>
    public ManifestsVersion Manifests { get; }

    public ImmutableArray<ConfigError> Errors { get; }

    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsValid => Config is not null;

    public static ConfigResult Valid(LoadedConfig config) => new(config, config.Manifests.Version, []);

    public static ConfigResult Invalid(ConfigErrors errors, ManifestsVersion manifests) => new(null, manifests, errors.ToImmutable());
}
