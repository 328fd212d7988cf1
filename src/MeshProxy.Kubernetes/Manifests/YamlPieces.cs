using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>Reads a stream of YAML documents with the places of all its nodes.</summary>
internal sealed class YamlPieces
{
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlPiece> _anchors = [];

    private YamlPieces(string text) => _parser = new Parser(new StringReader(text));

    /// <returns>The root of each document that has one.</returns>
    /// <exception cref="YamlException">It is not YAML; the message and the place say why.</exception>
    public static ImmutableArray<YamlPiece> Parse(string text) => YamlReading.Guarded(() => ParseAll(text));

    private static ImmutableArray<YamlPiece> ParseAll(string text)
    {
        var pieces = new YamlPieces(text);
        var roots = ImmutableArray.CreateBuilder<YamlPiece>();
        pieces._parser.Consume<StreamStart>();
        while (pieces._parser.TryConsume<DocumentStart>(out _))
        {
            pieces._anchors.Clear();
            roots.Add(pieces.Read(0));
            pieces._parser.Consume<DocumentEnd>();
        }
        return roots.ToImmutable();
    }

    private YamlPiece Read(int depth)
    {
        if (depth > YamlReading.MaxDepth)
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"it is {YamlReading.TooDeep}");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return Piece(YamlPieceKind.Alias, alias, alias.End, false) with { Target = _anchors.GetValueOrDefault(alias.Value.Value) };
        var node = (NodeEvent)_parser.Current!;
        var piece = node switch
        {
            MappingStart mapping => ReadMapping(mapping, depth),
            SequenceStart sequence => ReadSequence(sequence, depth),
            _ => ReadScalar(),
        };
        if (!node.Anchor.IsEmpty)
            _anchors[node.Anchor.Value] = piece;
        return piece;
    }

    private YamlPiece ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        return Piece(YamlPieceKind.Scalar, scalar, scalar.End, false) with
        {
            Text = scalar.Value,
            IsPlain = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty,
        };
    }

    private YamlPiece ReadMapping(MappingStart start, int depth)
    {
        _parser.MoveNext();
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        MappingEnd end;
        while (!_parser.TryConsume(out end!))
            entries.Add(new YamlEntry(Read(depth + 1), Read(depth + 1)));
        var isFlow = start.Style == MappingStyle.Flow;
        var last = isFlow ? (int)end.End.Index + 1 : entries.Count > 0 ? entries[^1].End : (int)start.End.Index;
        return new YamlPiece(YamlPieceKind.Mapping, (int)start.Start.Index, last, isFlow) { Entries = entries.ToImmutable() };
    }

    private YamlPiece ReadSequence(SequenceStart start, int depth)
    {
        _parser.MoveNext();
        var items = ImmutableArray.CreateBuilder<YamlPiece>();
        SequenceEnd end;
        while (!_parser.TryConsume(out end!))
            items.Add(Read(depth + 1));
        var isFlow = start.Style == SequenceStyle.Flow;
        var last = isFlow ? (int)end.End.Index + 1 : items.Count > 0 ? items[^1].End : (int)start.End.Index;
        return new YamlPiece(YamlPieceKind.Sequence, (int)start.Start.Index, last, isFlow) { Items = items.ToImmutable() };
    }

    private static YamlPiece Piece(YamlPieceKind kind, ParsingEvent at, Mark end, bool isFlow) =>
        new(kind, (int)at.Start.Index, (int)end.Index, isFlow);
}
