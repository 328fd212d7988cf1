using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;
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
        var isDefaultOurs = ApiObject.IsTrue(InjectionStatus.Of(template), "defaultContainer");
        var isOurs = present.Entries
            .Select(entry => InjectedNames.Annotations.Contains(entry.Key.Text)
                || isDefaultOurs && entry.Key.Text == AnnotationNames.DefaultContainer)
            .ToArray();
        if (!isOurs.Contains(true))
            return;
        // Taken out whole where nothing else is in it, in the outermost mapping of which that is true.
        if (isOurs.Contains(false))
            Erase([.. present.Entries.Select(entry => (entry.Start, entry.End))], isOurs, present.IsFlow);
        else if (metadata.Entries.Length == 1 && !present.IsFlow)
            EraseEntries(pod, "metadata");
        else
            EraseEntries(metadata, Emptied(metadata, "annotations", present));
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
            return Emptied(spec, list, items);
        if (items.IsFlow)
            Erase([.. items.Items.Select(item => (item.Start, item.End))], marks, isFlow: true);
        else
            Erase([.. items.Items.Select(item => (YamlPlaces.Dash(text.Text, item), item.End))], marks, isFlow: false);
        return null;
    }

    /// <summary>Brackets in a block stood there before, because the injector writes none; they stay.</summary>
    private string? Emptied(YamlPiece mapping, string name, YamlPiece emptied)
    {
        if (!emptied.IsFlow || mapping.IsFlow)
            return name;
        _edits.Add(new TextEdit(emptied.Start + 1, emptied.End - emptied.Start - 2, ""));
        return null;
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
