using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>
/// The annotations of a pod and of its namespace as settings: the pod's win over the namespace's, and ours over another mesh's at the same
/// object. Every mistake is gathered: bad values are errors, names that mean nothing are warnings.
/// </summary>
internal sealed class AnnotationReader
{
    private readonly Dictionary<AnnotationKey, AnnotationValue> _values = [];
    private readonly ImmutableArray<string>.Builder _errors = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<string>.Builder _warnings = ImmutableArray.CreateBuilder<string>();

    /// <param name="sources">The later win.</param>
    public AnnotationReader(params IEnumerable<AnnotationSource> sources)
    {
        foreach (var source in sources)
            Read(source);
    }

    public ImmutableArray<string> Errors => _errors.ToImmutable();

    public ImmutableArray<string> Warnings => _warnings.ToImmutable();

    public IEnumerable<AnnotationValue> Values => AnnotationTable.All.Where(_values.ContainsKey).Select(key => _values[key]);

    /// <summary>Null where nobody gave it.</summary>
    public AnnotationValue? Find(AnnotationKey key) => _values.GetValueOrDefault(key);

    /// <summary>What is in force; the default where nobody said anything.</summary>
    public string this[AnnotationKey key] => Find(key)?.Text ?? key.Default;

    private void Read(AnnotationSource source)
    {
        // Ours come last, so that they win.
        foreach (var (name, text) in source.Annotations
            .OrderBy(pair => pair.Key.StartsWith(AnnotationNames.Prefix, StringComparison.Ordinal))
            .ThenBy(pair => RankOf(pair.Key)).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(AnnotationNames.Prefix, StringComparison.Ordinal)
                && AnnotationTable.ByName.TryGetValue(name[AnnotationNames.Prefix.Length..], out var key))
                Take(key, name, text, source);
            else if (AnnotationTable.ByAlias.TryGetValue(name, out var known))
                TakeAlias(known.Key, known.Alias, text, source);
            else if (AnnotationSpelling.Complaint(name, source.Annotations) is { } complaint)
                _warnings.Add(Place(source) + complaint);
        }
        foreach (var label in source.Labels.Keys.Order(StringComparer.Ordinal))
        {
            if (AnnotationSpelling.IsMeantAsAnnotation(label))
                _warnings.Add($"{Place(source)}{label} is a label and has no effect; write it as an annotation");
        }
    }

    /// <summary>Of several spellings of one setting, the first of the table wins, so it comes last.</summary>
    private static int RankOf(string name) =>
        AnnotationTable.ByAlias.TryGetValue(name, out var known) ? -known.Key.Aliases.IndexOf(known.Alias) : 0;

    private void TakeAlias(AnnotationKey key, LinkerdAlias alias, string text, AnnotationSource source)
    {
        var isOverridden = source.Annotations.ContainsKey(key.FullName);
        _warnings.Add($"{Place(source)}{alias.Name} is {key.FullName} here{(isOverridden ? ", which is given too and wins" : "")}");
        if (!isOverridden)
            Take(key, alias.Name, alias.Translate?.Invoke(text.Trim()) ?? text, source);
    }

    private void Take(AnnotationKey key, string name, string text, AnnotationSource source)
    {
        if (key.Syntax.Read(text.Trim(), out var value, out var error))
            _values[key] = new AnnotationValue(key, value, name, source.Where);
        else
            _errors.Add($"{Place(source)}{name}: {error}");
    }

    private static string Place(AnnotationSource source) => source.Where.Length == 0 ? "" : source.Where + ": ";
}
