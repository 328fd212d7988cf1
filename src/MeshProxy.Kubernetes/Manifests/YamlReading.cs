using YamlDotNet.Core;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>What YamlDotNet leaves to whoever reads texts that may be hostile.</summary>
internal static class YamlReading
{
    /// <summary>
    /// Far deeper than any manifest, and far from the end of the stack. YamlDotNet's own trees cost the square of the depth.
    /// </summary>
    public const int MaxDepth = 100;

    public static readonly string TooDeep = $"nested more than {MaxDepth} deep";

    /// <inheritdoc cref="Guarded{T}"/>
    public static void Guarded(Action read) => Guarded(() =>
    {
        read();
        return true;
    });

    /// <exception cref="YamlException">The text is not YAML; the message and the place say why.</exception>
    public static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or InvalidCastException)
        {
            // What YamlDotNet throws at some broken texts instead of its own exception, as at "[---".
            throw new YamlException(Mark.Empty, Mark.Empty, "it is not YAML", e);
        }
    }
}
