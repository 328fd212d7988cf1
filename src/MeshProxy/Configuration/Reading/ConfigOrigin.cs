namespace MeshProxy.Configuration.Reading;

/// <summary>Where a value was written: a line of the file, an environment variable, or nowhere, which makes it the default.</summary>
/// <param name="Name">The file's path as it was given, or the variable's name.</param>
/// <param name="Line">Line of the file from 1; 0 where there is none.</param>
internal readonly record struct ConfigOrigin(ConfigSource Source, string Name, int Line)
{
    public static ConfigOrigin Default { get; } = new(ConfigSource.Default, "default", 0);

    public static ConfigOrigin File(string path, int line) => new(ConfigSource.File, path, line);

    public static ConfigOrigin Variable(string name) => new(ConfigSource.Environment, name, 0);

    public override string ToString() => Line > 0 ? $"{Name}:{Line}" : Name;
}
