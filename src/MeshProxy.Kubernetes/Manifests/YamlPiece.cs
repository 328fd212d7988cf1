using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Manifests;

internal enum YamlPieceKind
{
    Scalar,
    Mapping,
    Sequence,

    /// <summary>Stands for an anchored piece elsewhere; what is changed there changes here.</summary>
    Alias,
}

/// <summary>A node of a YAML document and the characters it is written with. JSON is YAML in flow style.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index behind its last; behind the line break where it is a block scalar.</param>
/// <param name="IsFlow">In brackets or braces.</param>
internal sealed record YamlPiece(YamlPieceKind Kind, int Start, int End, bool IsFlow)
{
    /// <summary>Of a scalar.</summary>
    public string Text { get; init; } = "";

    /// <summary>Written without quotes, so that it may be a number, a truth value or null.</summary>
    public bool IsPlain { get; init; }

    public ImmutableArray<YamlPiece> Items { get; init; } = [];

    public ImmutableArray<YamlEntry> Entries { get; init; } = [];

    /// <summary>Of an alias; null where it is not known.</summary>
    public YamlPiece? Target { get; init; }

    public bool IsNull => Kind == YamlPieceKind.Scalar && IsPlain && Text is "" or "null" or "~" or "Null" or "NULL";

    public YamlEntry? Entry(string name) => Entries.FirstOrDefault(entry => entry.Key.Text == name);

    public YamlPiece? Field(string name) => Entry(name)?.Value;
}

internal sealed record YamlEntry(YamlPiece Key, YamlPiece Value)
{
    public int Start => Key.Start;

    public int End => Math.Max(Key.End, Value.End);
}
