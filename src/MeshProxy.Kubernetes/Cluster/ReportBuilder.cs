using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>Gathers what the parts of the check find.</summary>
internal sealed class ReportBuilder
{
    private readonly ImmutableArray<string>.Builder _facts = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<string>.Builder _notes = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<Finding>.Builder _findings = ImmutableArray.CreateBuilder<Finding>();

    public void Fact(string text) => _facts.Add(text);

    public void Note(string text) => _notes.Add(text);

    public void Find(string what, string where, string mend) => _findings.Add(new Finding(what, where, mend));

    public ClusterReport Report() => new(_facts.ToImmutable(), _notes.ToImmutable(), [.. _findings.Distinct()]);
}
