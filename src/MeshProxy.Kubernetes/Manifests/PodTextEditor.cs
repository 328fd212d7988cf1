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
        var all = new JsonObject(annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)JsonValue.Create(a.Value))));
        if (pod.Entry("metadata") is not { } metadata)
            Add(pod, "metadata", new JsonObject { ["annotations"] = all });
        else if (metadata.Value.IsNull)
            Replace(metadata, new JsonObject { ["annotations"] = all });
        else if (metadata.Value.Entry("annotations") is not { } present)
            Add(Mapping(metadata.Value, "metadata"), "annotations", all);
        else if (present.Value.IsNull)
            Replace(present, all);
        else
        {
            foreach (var (name, value) in annotations)
                Add(Mapping(present.Value, "metadata.annotations"), name, JsonValue.Create(value));
        }
    }

    private void Complete(YamlPiece spec, ListAddition addition)
    {
        var items = new JsonArray([.. addition.Items.Select(item => item.DeepClone())]);
        if (spec.Entry(addition.List) is not { } present)
            Add(spec, addition.List, items);
        else if (present.Value.IsNull)
            Replace(present, items);
        else if (present.Value.Kind != YamlPieceKind.Sequence)
            throw new UneditableException($"{addition.List} is not a list written here");
        else if (present.Value.IsFlow)
            AddToFlow(present.Value.Start, [.. present.Value.Items.Select(item => (item.Start, item.End))], addition.IsFirst,
                addition.Items.Select(item => (JsonNode?)item));
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

    private void Add(YamlPiece mapping, string key, JsonNode value)
    {
        if (mapping.IsFlow)
        {
            AddToFlow(mapping.Start, [.. mapping.Entries.Select(entry => (entry.Start, entry.End))], isFirst: false, [value], key);
            return;
        }
        if (mapping.Entries.IsEmpty)
            throw new UneditableException($"there is no place for {key}");
        var lines = YamlBlock.Entry(key, value, text.ColumnOf(mapping.Entries[0].Start), DashIndent(), text.NewLine);
        _edits.Add(text.InsertLines(text.LineAfter(mapping.End), lines));
    }

    /// <summary>An empty value gives way to one in flow style, on its line.</summary>
    private void Replace(YamlEntry entry, JsonNode value)
    {
        var space = entry.Value.Start > 0 && text.Text[entry.Value.Start - 1] == ' ' ? "" : " ";
        _edits.Add(new TextEdit(entry.Value.Start, entry.Value.End - entry.Value.Start, space + JsonText.Of(value)));
    }

    /// <param name="open">Where the bracket stands.</param>
    /// <param name="members">Their places.</param>
    private void AddToFlow(int open, ImmutableArray<(int Start, int End)> members, bool isFirst, IEnumerable<JsonNode?> values,
        string? key = null)
    {
        var isBroken = !members.IsEmpty && text.IsBroken(open, members[0].Start);
        var indent = members.IsEmpty ? 0 : text.ColumnOf(members[0].Start);
        var texts = values.Select(value => (key is null ? "" : JsonText.Of(JsonValue.Create(key)) + ": ") + Flow(value, isBroken, indent));
        if (members.IsEmpty)
        {
            _edits.Add(new TextEdit(open + 1, 0, string.Join(", ", texts)));
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
