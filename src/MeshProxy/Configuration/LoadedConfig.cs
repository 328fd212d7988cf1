namespace MeshProxy.Configuration;

/// <summary>A configuration in force: the values with where each came from, and the settings built from them.</summary>
internal sealed record LoadedConfig(ConfigValues Values, SidecarSettings Settings);
