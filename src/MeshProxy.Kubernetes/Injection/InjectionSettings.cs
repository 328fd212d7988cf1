using System.Collections.Immutable;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Values;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>What holds for every pod of a cluster.</summary>
/// <param name="Version">Of the injector, which is that of the default image.</param>
/// <param name="Injector">Who injects, for the status annotation.</param>
public sealed record InjectionSettings(string Version, string Injector)
{
    /// <summary>Values by the names of the annotation table, for what neither pod nor namespace says.</summary>
    public ImmutableDictionary<string, string> Defaults { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A CNI plugin puts the rules in force: no container of the pod needs a capability.</summary>
    public bool Cni { get; init; }

    /// <summary>Kubernetes 1.29 and newer start sidecars from init containers.</summary>
    public bool SupportsNative { get; init; } = true;

    /// <summary>A bad value is a warning and the default, instead of refusing the pod.</summary>
    public bool IsLenient { get; init; }

    /// <summary>A pod that nobody says anything about gets a sidecar: a person asks for it by hand.</summary>
    public bool IsWantedByDefault { get; init; }

    internal AnnotationSource Source => new("the default",
        Defaults.ToDictionary(pair => AnnotationNames.Prefix + pair.Key, pair => pair.Value), AnnotationSource.None.Labels);

    /// <summary>Takes <c>KEY=VALUE</c> texts.</summary>
    public InjectionSettings WithDefaults(IEnumerable<string> assignments, out ImmutableArray<string> errors)
    {
        var wrong = ImmutableArray.CreateBuilder<string>();
        var defaults = Defaults;
        foreach (var assignment in assignments)
        {
            var (name, value) = assignment.IndexOf('=') is var at and > 0 ? (assignment[..at], assignment[(at + 1)..]) : (assignment, null);
            if (value is null)
                wrong.Add($"{AnnotationSyntax.Quoted(assignment)} is not KEY=VALUE");
            else if (!AnnotationTable.ByName.TryGetValue(name, out var key))
                wrong.Add(Unknown(name));
            else if (!key.Syntax.Read(value, out _, out var error))
                wrong.Add($"{name}: {error}");
            else
                defaults = defaults.SetItem(name, value);
        }
        errors = wrong.ToImmutable();
        return this with { Defaults = defaults };
    }

    private static string Unknown(string name)
    {
        var nearest = NearestName.Find(name, AnnotationTable.ByName.Keys);
        return $"there is no setting {AnnotationSyntax.Quoted(name)}{(nearest is null ? "" : $"; did you mean {nearest}?")}";
    }
}
