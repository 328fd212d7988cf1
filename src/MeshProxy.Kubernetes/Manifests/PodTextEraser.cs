using MeshProxy.Kubernetes.Injection;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>Takes the injector's parts out of the text of a pod, and what is empty without them; all other characters stay.</summary>
internal sealed class PodTextEraser(ManifestText text, YamlPiece pod)
{
    private readonly List<TextEdit> _edits = [];

    /// <returns>None where there is nothing of ours.</returns>
    /// <exception cref="UneditableException">A part is written where nothing can be taken out.</exception>
    public static IReadOnlyList<TextEdit> Edits(ManifestText text, YamlPiece pod, PodTemplate template)
    {
        var eraser = new PodTextEraser(text, pod);
        eraser.EraseAnnotations(template);
        if (pod.Field("spec") is { Kind: YamlPieceKind.Mapping } spec)
        {
            string?[] emptied =
            [
                eraser.EraseItems(spec, "initContainers", InjectedNames.IsContainer),
                eraser.EraseItems(spec, "containers", InjectedNames.IsContainer),
                eraser.EraseItems(spec, "volumes", InjectedNames.IsVolume),
            ];
            eraser.EraseEntries(spec, emptied);
        }
        return text.Joined(eraser._edits);
    }

    private void EraseAnnotations(PodTemplate template)
    {
        if (pod.Field("metadata") is not { Kind: YamlPieceKind.Mapping } metadata
            || metadata.Field("annotations") is not { Kind: YamlPieceKind.Mapping } present)
            return;
        var isOurs = present.Entries.Select(entry => InjectedParts.IsAnnotation(template, entry.Key.Text)).ToArray();
        if (!isOurs.Contains(true))
            return;
        // Taken out whole where nothing else is in it, in the outermost mapping of which that is true.
        if (isOurs.Contains(false))
            Erase([.. present.Entries.Select(entry => (entry.Start, entry.End))], isOurs, present.IsFlow);
        else if (Emptied(metadata, "annotations") is { } annotations)
        {
            if (metadata.Entries.Length > 1)
                EraseEntries(metadata, annotations);
            else
                EraseEntries(pod, Emptied(pod, "metadata"));
        }
    }

    /// <returns>The list's name where nothing is left of it.</returns>
    private string? EraseItems(YamlPiece spec, string list, Func<string?, bool> isOurs)
    {
        if (spec.Field(list) is not { Kind: YamlPieceKind.Sequence } items)
            return null;
        var marks = items.Items.Select(item => isOurs(item.Kind == YamlPieceKind.Mapping ? item.Field("name")?.Text : null)).ToArray();
        if (!marks.Contains(true))
            return null;
        if (!marks.Contains(false))
            return Emptied(spec, list);
        if (items.IsFlow)
            Erase([.. items.Items.Select(item => (item.Start, item.End))], marks, isFlow: true);
        else
            Erase([.. items.Items.Select(item => (YamlPlaces.Dash(text.Text, item), item.End))], marks, isFlow: false);
        return null;
    }

    /// <summary>Gives a value of which nothing is left back what it was made of, where it was there before.</summary>
    /// <returns>Its name where it was not.</returns>
    private string? Emptied(YamlPiece mapping, string name)
    {
        var entry = mapping.Entry(name)!;
        if (!entry.Value.IsFlow)
            return EmptiedBlock(entry) ? null : name;
        var open = entry.Value.Start + 1;
        var blanks = text.Text.AsSpan(open);
        if (mapping.IsFlow && blanks.StartsWith(KeptEmptiness.BlanksForNull))
            _edits.Add(new TextEdit(entry.Value.Start, entry.Value.End - entry.Value.Start, "null"));
        // Brackets in a block stood there before, because the injector writes none; they stay.
        else if (!mapping.IsFlow || blanks.StartsWith(KeptEmptiness.BlanksForBrackets))
            _edits.Add(new TextEdit(open, EndOfMembers(entry.Value) - open, ""));
        else
            return name;
        return null;
    }

    private bool EmptiedBlock(YamlEntry entry)
    {
        if (YamlPlaces.IsExplicit(text, entry))
            return false;
        var behind = YamlPlaces.Colon(text, entry) + 1;
        if (!text.Text.AsSpan(behind).StartsWith(KeptEmptiness.Comment))
            return false;
        _edits.Add(new TextEdit(behind, KeptEmptiness.Comment.Length, ""));
        var list = entry.Value;
        (int Start, int End)[] members = list.Kind == YamlPieceKind.Sequence
            ? [.. list.Items.Select(item => (YamlPlaces.Dash(text.Text, item), item.End))]
            : [.. list.Entries.Select(member => (member.Start, member.End))];
        EraseLines(members, 0, members.Length - 1);
        return true;
    }

    /// <summary>With a comma that somebody has left behind the last.</summary>
    private int EndOfMembers(YamlPiece list)
    {
        var end = list.Kind == YamlPieceKind.Sequence ? list.Items[^1].End : list.Entries[^1].End;
        var rest = text.Text.AsSpan(end, list.End - end);
        return rest.TrimStart().StartsWith(",") ? end + rest.IndexOf(',') + 1 : end;
    }

    /// <summary>In one go, because those that stand side by side share a comma or a line break.</summary>
    private void EraseEntries(YamlPiece mapping, params string?[] names) => Erase(
        [.. mapping.Entries.Select(entry => (entry.Start, entry.End))],
        [.. mapping.Entries.Select(entry => names.Contains(entry.Key.Text))], mapping.IsFlow);

    private void Erase((int Start, int End)[] members, bool[] marks, bool isFlow)
    {
        for (var first = 0; first < members.Length; first++)
        {
            if (!marks[first])
                continue;
            var last = first;
            while (last + 1 < members.Length && marks[last + 1])
                last++;
            if (isFlow)
                EraseFlow(members, first, last);
            else
                EraseLines(members, first, last);
            first = last;
        }
    }

    /// <summary>With the comma behind, or before the last.</summary>
    private void EraseFlow((int Start, int End)[] members, int first, int last)
    {
        var from = last + 1 < members.Length || first == 0 ? members[first].Start : members[first - 1].End;
        var to = last + 1 < members.Length ? members[last + 1].Start : members[last].End;
        _edits.Add(new TextEdit(from, to - from, ""));
    }

    private void EraseLines((int Start, int End)[] members, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            if (!text.IsFirstInLine(members[i].Start))
                throw new UneditableException("a part of the injector shares its line with another");
        }
        // Member by member, so that comments between them stay.
        for (var i = first; i <= last; i++)
        {
            var from = text.LineStart(members[i].Start);
            _edits.Add(new TextEdit(from, text.LineAfter(members[i].End) - from, ""));
        }
    }
}
