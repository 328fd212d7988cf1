namespace MeshProxy.Configuration;

/// <summary>
/// A configuration in force: the values with where each came from, the manifests they name, and the settings built from both.
/// </summary>
internal sealed record LoadedConfig(ConfigValues Values, ConfigManifests Manifests, SidecarSettings Settings);
