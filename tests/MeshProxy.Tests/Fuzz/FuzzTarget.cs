namespace MeshProxy.Tests.Fuzz;

/// <summary>One parser, sound inputs to begin from, and what must hold whatever it is given.</summary>
/// <param name="name">As in 'make fuzz TARGET=name'.</param>
internal abstract class FuzzTarget(string name)
{
    public string Name => name;

    public abstract IReadOnlyList<byte[]> Samples { get; }

    /// <summary>Bytes that mean something to the parser; none where any is as good as another.</summary>
    public virtual ReadOnlySpan<byte> Telling => default;

    /// <summary>Reads the input. Throws where a promise is broken, and any exception of the parser's own is one.</summary>
    public abstract void Read(byte[] input, Random random);
}
