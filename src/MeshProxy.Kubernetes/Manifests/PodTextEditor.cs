using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Injection;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>
/// Puts additions into the text of a pod, beside what stands there: lines in block style, members in flow style. Every character of the
/// rest stays, comments and order too.
/// </summary>
internal sealed class PodTextEditor(ManifestText text, YamlPiece pod)
{
    private readonly List<TextEdit> _edits = [];

    /// <exception cref="UneditableException">An alias or an empty mapping in block style stands in the way.</exception>
    public static IReadOnlyList<TextEdit> Edits(ManifestText text, YamlPiece pod, PodAdditions additions)
    {
        var editor = new PodTextEditor(text, pod);
        var spec = Mapping(pod.Field("spec"), "spec");
        // From the inside out: what ends at one place, such as the last list of a spec and the spec, is continued in this order.
        foreach (var list in additions.Lists.OrderBy(list => spec.Entry(list.List) is null))
            editor.Complete(spec, list);
        editor.Annotate(additions.Annotations);
        return editor._edits;
    }

    private void Annotate(ImmutableArray<KeyValuePair<string, string>> annotations)
    {
        var texts = annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)JsonValue.Create(a.Value))).ToList();
        var all = new JsonObject(texts);
        if (pod.Entry("metadata") is not { } metadata)
            Add(pod, "metadata", new JsonObject { ["annotations"] = all });
        else if (metadata.Value.IsNull)
            Fill(pod, metadata, new JsonObject { ["annotations"] = all });
        else if (metadata.Value.Entry("annotations") is not { } present)
            Add(Mapping(metadata.Value, "metadata"), "annotations", all);
        else if (present.Value.IsNull)
            Fill(metadata.Value, present, all);
        else
            Add(Mapping(present.Value, "metadata.annotations"), texts);
    }

    private void Complete(YamlPiece spec, ListAddition addition)
    {
        var items = new JsonArray([.. addition.Items.Select(item => item.DeepClone())]);
        if (spec.Entry(addition.List) is not { } present)
            Add(spec, addition.List, items);
        else if (present.Value.IsNull)
            Fill(spec, present, items);
        else if (present.Value.Kind != YamlPieceKind.Sequence)
            throw new UneditableException($"{addition.List} is not a list written here");
        else if (present.Value.IsFlow)
            AddToFlow(present.Value.Start, [.. present.Value.Items.Select(item => (item.Start, item.End))], addition.IsFirst,
                addition.Items.Select(item => KeyValuePair.Create("", (JsonNode?)item)));
        else
            AddToBlock(present, addition);
    }

    private void AddToBlock(YamlEntry list, ListAddition addition)
    {
        var dash = text.ColumnOf(YamlPlaces.Dash(text.Text, list.Value.Items[0]));
        var lines = string.Concat(addition.Items.Select(item => YamlBlock.Item(item, dash, DashIndent(), text.NewLine)));
        // Behind the key's line, so that comments above the first member stay with it.
        _edits.Add(text.InsertLines(text.LineAfter(addition.IsFirst ? list.Key.End : list.Value.End), lines));
    }

    private void Add(YamlPiece mapping, string key, JsonNode value) => Add(mapping, [KeyValuePair.Create(key, (JsonNode?)value)]);

    /// <summary>All at once: what is put in at one place shares commas.</summary>
    private void Add(YamlPiece mapping, IReadOnlyCollection<KeyValuePair<string, JsonNode?>> entries)
    {
        if (mapping.IsFlow)
        {
            AddToFlow(mapping.Start, [.. mapping.Entries.Select(entry => (entry.Start, entry.End))], isFirst: false, entries);
            return;
        }
        if (mapping.Entries.IsEmpty)
            throw new UneditableException($"there is no place for {entries.First().Key}");
        if (mapping.Entries.FirstOrDefault(entry => YamlPlaces.IsExplicit(text, entry)) is { } written)
            throw new UneditableException($"beside '? {written.Key.Text}' nothing can be put in; write it as '{written.Key.Text}: …'");
        _edits.Add(text.InsertLines(text.LineAfter(mapping.End), Lines(entries, text.ColumnOf(mapping.Entries[0].Start))));
    }

    /// <summary>A value that says nothing gives way, and is kept in a comment or in blanks, so that it comes back to the letter.</summary>
    private void Fill(YamlPiece parent, YamlEntry entry, JsonNode value)
    {
        if (parent.IsFlow)
        {
            var space = entry.Value.End > entry.Value.Start ? "" : " ";
            var flow = JsonText.Of(value).Insert(1, KeptEmptiness.BlanksForNull);
            _edits.Add(new TextEdit(entry.Value.Start, entry.Value.End - entry.Value.Start, space + flow));
            return;
        }
        var (colon, indent) = (YamlPlaces.Colon(text, entry), text.ColumnOf(entry.Start));
        _edits.Add(new TextEdit(colon + 1, 0, KeptEmptiness.Comment));
        var lines = value is JsonArray items
            ? string.Concat(items.Select(item => YamlBlock.Item(item, indent + DashIndent(), DashIndent(), text.NewLine)))
            : Lines(value.AsObject(), indent + 2);
        _edits.Add(text.InsertLines(text.LineAfter(colon), lines));
    }

    private string Lines(IEnumerable<KeyValuePair<string, JsonNode?>> entries, int indent) =>
        string.Concat(entries.Select(entry => YamlBlock.Entry(entry.Key, entry.Value, indent, DashIndent(), text.NewLine)));

    /// <param name="open">Where the bracket stands.</param>
    /// <param name="members">Their places.</param>
    /// <param name="values">Without a name in a list.</param>
    private void AddToFlow(int open, ImmutableArray<(int Start, int End)> members, bool isFirst,
        IEnumerable<KeyValuePair<string, JsonNode?>> values)
    {
        var isBroken = !members.IsEmpty && text.IsBroken(open, members[0].Start);
        var indent = members.IsEmpty ? 0 : text.ColumnOf(members[0].Start);
        var texts = values.Select(value => (value.Key.Length == 0 ? "" : JsonText.Of(JsonValue.Create(value.Key)) + ": ")
            + Flow(value.Value, isBroken, indent));
        if (members.IsEmpty)
        {
            _edits.Add(new TextEdit(open + 1, 0, KeptEmptiness.BlanksForBrackets + string.Join(", ", texts)));
            return;
        }
        var gap = isBroken ? text.NewLine + new string(' ', indent) : " ";
        if (isFirst)
            _edits.Add(new TextEdit(members[0].Start, 0, string.Concat(texts.Select(item => $"{item},{gap}"))));
        else
            _edits.Add(new TextEdit(members[^1].End, 0, string.Concat(texts.Select(item => $",{gap}{item}"))));
    }

    private string Flow(JsonNode? value, bool isBroken, int indent) => isBroken
        ? JsonText.Of(value, isIndented: true).Replace("\n", text.NewLine + new string(' ', indent), StringComparison.Ordinal)
        : JsonText.Of(value);

    /// <summary>As the pod's own containers have it.</summary>
    private int DashIndent() =>
        pod.Field("spec")?.Entry("containers") is { Value: { Kind: YamlPieceKind.Sequence, IsFlow: false } list } entry
        ? Math.Clamp(text.ColumnOf(YamlPlaces.Dash(text.Text, list.Items[0])) - text.ColumnOf(entry.Start), 0, 8)
        : 2;

    private static YamlPiece Mapping(YamlPiece? piece, string name) => piece is { Kind: YamlPieceKind.Mapping }
        ? piece
        : throw new UneditableException(
            $"{name} is not a mapping written here, but {(piece?.Kind == YamlPieceKind.Alias ? "an alias" : "something else")}");
}
