namespace MeshProxy.Configuration.Keys;

internal enum ConfigReload
{
    /// <summary>A reload applies it at once, to what begins after it.</summary>
    Live,

    /// <summary>Fixed at start; a reload that changes it says so and keeps the old value.</summary>
    NeedsRestart,
}
