using System.Collections.Immutable;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>Decides what becomes of a pod. A pure function of the pod, its namespace and the settings.</summary>
public static class PodInjector
{
    /// <param name="space">The annotations of the pod's namespace; none where they are not known.</param>
    public static InjectionDecision Decide(PodTemplate pod, AnnotationSource space, InjectionSettings settings)
    {
        var annotations = new AnnotationReader(settings.Source, space, pod.Source);
        var warnings = annotations.Warnings;
        var wish = InjectAnnotation.Read(space, pod.Source);
        if (wish.Error is { } unclear)
            return settings.IsLenient ? Skipped("nobody asks for a sidecar in words that are known", [unclear, .. warnings])
                : Refused([unclear], warnings);
        if (!(wish.IsWanted ?? settings.IsWantedByDefault))
            return Skipped(NobodyAsks(wish), [.. annotations.Errors, .. warnings]);
        if (IsOfSomebodyElse(pod, settings))
            return Skipped("it was injected by hand", warnings);
        var obstacles = Obstacles.In(pod, annotations[AnnotationTable.ProxyUid]).ToImmutableArray();
        if (obstacles.IsEmpty)
            return Planned(pod, annotations, settings);
        // Whoever asks for this very pod is told no; a namespace means those of its pods that can have one.
        var isAskedFor = wish.IsOfPod || settings.IsWantedByDefault;
        return isAskedFor && !settings.IsLenient ? Refused(obstacles, warnings)
            : Skipped(string.Join("; ", obstacles), [.. obstacles, .. warnings]);
    }

    private static string NobodyAsks(InjectAnnotation wish) =>
        wish.IsWanted == false ? $"{AnnotationNames.Inject} is disabled" : $"nobody asks for a sidecar by {AnnotationNames.Inject}";

    /// <summary>What a person put in by hand, with settings of their own, a webhook leaves.</summary>
    private static bool IsOfSomebodyElse(PodTemplate pod, InjectionSettings settings) =>
        settings.Injector != InjectionStatus.ByHand && pod.IsInjected
        && ApiObject.Text(InjectionStatus.Of(pod), "injector") == InjectionStatus.ByHand;

    private static InjectionDecision Planned(PodTemplate pod, AnnotationReader annotations, InjectionSettings settings)
    {
        var planner = new SidecarPlanner(pod, annotations, settings);
        var plan = planner.Plan();
        ImmutableArray<string> errors = [.. annotations.Errors, .. planner.Errors];
        ImmutableArray<string> warnings = [.. annotations.Warnings, .. planner.Warnings];
        if (!errors.IsEmpty && !settings.IsLenient)
            return Refused(errors, warnings);
        if (!planner.Errors.IsEmpty)
        {
            // Values that are good alone and contradict each other: which of them is meant, nobody knows, so none is taken.
            annotations = new AnnotationReader(settings.Source);
            planner = new SidecarPlanner(pod, annotations, settings);
            plan = planner.Plan();
            if (!planner.Errors.IsEmpty)
                return Refused(planner.Errors, warnings);
            errors = errors.Add("so the annotations have no effect, and the defaults are in force");
        }
        var additions = PodAdditions.Of(plan, pod, settings);
        return new InjectionDecision(InjectionVerdict.Injected, [], [.. errors, .. warnings])
        {
            Additions = additions,
            Patch = PodPatch.Of(pod.Json, additions),
        };
    }

    private static InjectionDecision Skipped(string reason, ImmutableArray<string> warnings) =>
        new(InjectionVerdict.Skipped, [reason], warnings);

    private static InjectionDecision Refused(ImmutableArray<string> reasons, ImmutableArray<string> warnings) =>
        new(InjectionVerdict.Refused, reasons, warnings);
}
