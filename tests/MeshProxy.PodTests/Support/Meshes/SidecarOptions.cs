namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>How a test's sidecar differs from one out of the box.</summary>
internal sealed record SidecarOptions
{
    /// <summary>Keys as in the configuration file, with dots; handed over as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public string? ConfigFile { get; init; }

    public int? OpenFiles { get; init; }

    /// <summary>A program with arguments that becomes the sidecar: it gets the sidecar's command line after its own.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>As the launcher, but before the sidecar's user is taken on.</summary>
    public IReadOnlyList<string> RootLauncher { get; init; } = [];

    /// <summary>The .NET convention: sections are joined by two underscores, and case does not count.</summary>
    public Dictionary<string, string> ToEnvironment() => Settings.ToDictionary(
        setting => "MESHPROXY_" + setting.Key.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant(),
        setting => setting.Value);
}
