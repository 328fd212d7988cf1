using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Injection;
using YamlDotNet.Core;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>Puts sidecars into manifests, YAML or JSON, and takes them out again.</summary>
/// <param name="spaces">Annotations of namespaces, from manifests that come along.</param>
public sealed class ManifestInjector(InjectionSettings settings, IReadOnlyDictionary<string, AnnotationSource> spaces)
{
    /// <summary>The Namespaces among manifests, by name. What cannot be read is told by the work on it.</summary>
    public static Dictionary<string, AnnotationSource> Namespaces(IEnumerable<string> texts)
    {
        var spaces = new Dictionary<string, AnnotationSource>(StringComparer.Ordinal);
        foreach (var space in texts.SelectMany(text => Parse(text, out _) ?? []).Where(resource => resource.Kind == "Namespace"))
        {
            try
            {
                spaces[space.Name] = AnnotationSource.OfNamespace(space.Name, space.Annotations(), space.Labels());
            }
            catch (YamlException)
            {
                // Aliases without end.
            }
        }
        return spaces;
    }

    /// <param name="file">For messages.</param>
    public ManifestOutcome Inject(string text, string file)
    {
        if (Parse(text, out var error) is not { } resources)
            return Unreadable(text, file, error);
        // First what an earlier run has left and is not right any more, then what is missing.
        var cleaned = Work(text, file, resources, EraseStale).Text;
        return Work(cleaned, file, Parse(cleaned, out _) ?? [], Insert, Inspect);
    }

    public static ManifestOutcome Uninject(string text, string file) =>
        Parse(text, out var error) is { } resources ? Work(text, file, resources, EraseAll) : Unreadable(text, file, error);

    /// <summary>What becomes of each pod; changes nothing.</summary>
    public ManifestOutcome Check(string text, string file) => Parse(text, out var error) is { } resources
        ? Work(text, file, resources, Look, Inspect)
        : Unreadable(text, file, error);

    private static ManifestOutcome Work(
        string text, string file, ImmutableArray<Workload> resources, Func<ManifestText, Workload, PodTemplate, Step> step,
        Func<Workload, Step?>? inspect = null)
    {
        var manifest = new ManifestText(text);
        Step? StepOf(Workload resource) => resource.Template is not null ? Try(() => Take(manifest, resource, step))
            : inspect is not null && resource.Kind == "Namespace" ? Try(() => inspect(resource)) : null;

        var steps = resources.Select(StepOf).ToArray();
        var result = Prove(text, resources, steps);
        var lines = ImmutableArray.CreateBuilder<string>();
        var errors = ImmutableArray.CreateBuilder<string>();
        foreach (var (resource, done) in resources.Zip(steps).Where(pair => pair.Second is not null))
        {
            var place = $"{file}:{manifest.LineOf(resource.Document.Start)}: {resource}";
            lines.AddRange(done!.Warnings.Select(warning => $"{place}: warning: {warning}"));
            lines.AddRange(done.Lines.Select(line => $"{place}: {line}"));
            errors.AddRange(done.Errors.Select(wrong => $"{place}: {wrong}"));
        }
        return new ManifestOutcome(result, lines.ToImmutable(), errors.ToImmutable())
        {
            Changed = steps.Count(done => done?.Verdict == InjectionVerdict.Injected),
            Skipped = steps.Count(done => done?.Verdict == InjectionVerdict.Skipped),
            Refused = steps.Count(done => done?.Verdict == InjectionVerdict.Refused),
            Warnings = steps.Sum(done => done?.Warnings.Length ?? 0),
        };
    }

    /// <summary>The text with all edits that keep their word. A step whose edits do not becomes one that was refused.</summary>
    private static string Prove(string text, ImmutableArray<Workload> resources, Step?[] steps)
    {
        var (all, flaw) = Attempt(text, resources, steps);
        if (flaw is null)
            return all;
        var alone = steps.Select((step, i) => step is null or { Edits.Count: 0 } ? null
            : Attempt(text, resources, [.. steps.Select((other, j) => i == j ? other : null)]).Flaw).ToList();
        for (var i = 0; i < steps.Length; i++)
            steps[i] = alone[i] is { } own ? steps[i]!.Refused(own) : steps[i];
        var (rest, left) = Attempt(text, resources, steps);
        if (left is null)
            return rest;
        for (var i = 0; i < steps.Length; i++)
            steps[i] = steps[i] is { Edits.Count: > 0 } step ? step.Refused(left) : steps[i];
        return text;
    }

    private static (string Text, string? Flaw) Attempt(string text, ImmutableArray<Workload> resources, IReadOnlyList<Step?> steps)
    {
        var edits = steps.SelectMany(step => step?.Edits ?? []).ToList();
        var result = TextEdit.Apply(text, edits);
        return (result, edits.Count == 0 ? null : ManifestProof.Flaw(resources, [.. steps.Select(step => step?.Intended)], result));
    }

    private static Step Take(ManifestText manifest, Workload resource, Func<ManifestText, Workload, PodTemplate, Step> step)
    {
        if (resource.Template!.Kind == YamlPieceKind.Alias)
            throw new UneditableException("its pod template is an alias; write it out");
        return resource.TemplateJson() is { } json && json["spec"] is not null
            ? step(manifest, resource, new PodTemplate(json))
            : new Step(InjectionVerdict.Refused, [], [], ["it has no pod spec"]);
    }

    private static Step? Try(Func<Step?> step)
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is UneditableException or YamlException)
        {
            return new Step(InjectionVerdict.Refused, [], [], [e.Message]);
        }
    }

    private Step EraseStale(ManifestText manifest, Workload resource, PodTemplate pod)
    {
        var decision = Decide(resource, pod);
        return decision.Verdict == InjectionVerdict.Injected && !decision.Patch.IsEmpty ? EraseAll(manifest, resource, pod) : Step.Nothing;
    }

    private static Step EraseAll(ManifestText manifest, Workload resource, PodTemplate pod)
    {
        var edits = PodTextEraser.Edits(manifest, resource.Template!, pod);
        return edits.Count == 0
            ? new Step(InjectionVerdict.Skipped, edits, ["skipped: it has no sidecar of ours"], [])
            : new Step(InjectionVerdict.Injected, edits, ["sidecar removed"], []) { Intended = InjectedParts.Without(pod) };
    }

    private Step Insert(ManifestText manifest, Workload resource, PodTemplate pod)
    {
        var decision = Decide(resource, pod);
        var step = decision.Verdict switch
        {
            InjectionVerdict.Refused => new Step(decision.Verdict, [], [], decision.Reasons),
            InjectionVerdict.Skipped => new Step(decision.Verdict, [], [$"skipped: {string.Join("; ", decision.Reasons)}"], []),
            _ when decision.Patch.IsEmpty => new Step(decision.Verdict, [], ["has its sidecar already"], []),
            _ when PodTextEraser.Edits(manifest, resource.Template!, pod).Count > 0 =>
                new Step(InjectionVerdict.Refused, [], [], ["what an earlier run has put in cannot be taken out of it"]),
            _ => new Step(decision.Verdict, PodTextEditor.Edits(manifest, resource.Template!, decision.Additions!), ["injected"], [])
            {
                Intended = PatchedPod.Of(pod.Json, decision.Patch),
            },
        };
        return step with { Warnings = [.. resource.Misplaced(), .. decision.Warnings] };
    }

    /// <summary>As <see cref="Insert"/>, but where the files do not say whether the namespace is meshed.</summary>
    private Step Look(ManifestText manifest, Workload resource, PodTemplate pod)
    {
        var name = resource.Namespace ?? "default";
        if (settings.IsWantedByDefault || spaces.ContainsKey(name)
            || InjectAnnotation.Read(AnnotationSource.None, pod.Source) is not { IsWanted: null, Error: null })
            return Insert(manifest, resource, pod).WithoutEdits;
        var assumed = new Dictionary<string, AnnotationSource> { [name] = AnnotationSource.OfUnreadable(name) };
        var step = new ManifestInjector(settings, assumed).Insert(manifest, resource, pod).WithoutEdits;
        // What keeps a sidecar out is no mistake of a pod that nobody is known to want one for.
        var obstacles = Obstacles.In(pod, AnnotationTable.ProxyUid.Default).ToList();
        return step with
        {
            Lines = [$"these files do not say whether namespace {name} is meshed; checked as if it were", .. step.Lines],
            Warnings = [.. step.Warnings.Except(obstacles)],
        };
    }

    /// <summary>Of a Namespace: its settings are wrong before it has pods. Null where there is nothing to say.</summary>
    private Step? Inspect(Workload resource)
    {
        var found = NamespaceFindings.Of(resource.Annotations(), resource.Labels(), settings.Injector != InjectionStatus.ByHand);
        if (found.Errors.IsEmpty && found.Warnings.IsEmpty)
            return null;
        return found.Errors.IsEmpty || settings.IsLenient
            ? new Step(InjectionVerdict.Skipped, [], [], []) { Warnings = [.. found.Errors, .. found.Warnings] }
            : new Step(InjectionVerdict.Refused, [], [], found.Errors) { Warnings = found.Warnings };
    }

    private InjectionDecision Decide(Workload resource, PodTemplate pod) =>
        PodInjector.Decide(pod, spaces.GetValueOrDefault(resource.Namespace ?? "default", AnnotationSource.None), settings);

    private static ImmutableArray<Workload>? Parse(string text, out string error)
    {
        error = "";
        try
        {
            return [.. YamlPieces.Parse(text).SelectMany(Workload.In)];
        }
        catch (YamlException e)
        {
            error = $"{e.Start.Line}:{e.Start.Column}: it is neither YAML nor JSON: {e.InnerException?.Message ?? e.Message}";
            return null;
        }
    }

    private static ManifestOutcome Unreadable(string text, string file, string error) =>
        new(text, [], [$"{file}:{error}"], IsUnreadable: true);

    /// <summary>What is to be done about one resource.</summary>
    private sealed record Step(InjectionVerdict Verdict, IReadOnlyList<TextEdit> Edits, ImmutableArray<string> Lines,
        ImmutableArray<string> Errors)
    {
        public static readonly Step Nothing = new(InjectionVerdict.Skipped, [], [], []);

        public ImmutableArray<string> Warnings { get; init; } = [];

        /// <summary>The template with the edits; null where there are none.</summary>
        public JsonObject? Intended { get; init; }

        public Step WithoutEdits => this with { Edits = [], Intended = null };

        public Step Refused(string reason) => new(InjectionVerdict.Refused, [], [], [reason]) { Warnings = Warnings };
    }
}
