using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>What a look at the cluster found.</summary>
/// <param name="Facts">What is well, a line each.</param>
/// <param name="Notes">What could not be looked at from here, and need not be wrong.</param>
/// <param name="Findings">What is not; empty is a cluster where all is well.</param>
public sealed record ClusterReport(ImmutableArray<string> Facts, ImmutableArray<string> Notes, ImmutableArray<Finding> Findings)
{
    public string ToJson() => JsonText.Of(new JsonObject
    {
        ["ok"] = Findings.IsEmpty,
        ["facts"] = new JsonArray([.. Facts.Select(fact => (JsonNode)fact)]),
        ["notes"] = new JsonArray([.. Notes.Select(note => (JsonNode)note)]),
        ["findings"] = new JsonArray([.. Findings.Select(finding => new JsonObject
        {
            ["what"] = finding.What,
            ["where"] = finding.Where,
            ["mend"] = finding.Mend,
        })]),
    });
}
