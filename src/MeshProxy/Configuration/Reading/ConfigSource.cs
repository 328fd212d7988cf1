namespace MeshProxy.Configuration.Reading;

/// <summary>In rising precedence.</summary>
internal enum ConfigSource
{
    Default,
    File,
    Environment,
}
