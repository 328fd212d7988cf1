using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>Egress networks that the controller leaves out, because sidecars would refuse them.</summary>
internal static class EgressCheck
{
    public static void Look(ImmutableArray<JsonObject> networks, ReportBuilder report)
    {
        var wrong = networks.Select(network => (Name: ApiObject.FullName(network), EgressResource.Of(network).Errors))
            .Where(network => !network.Errors.IsEmpty).ToList();
        foreach (var (name, errors) in wrong)
            report.Find(
                $"it is not in force: {string.Join("; ", errors)}", $"EgressNetwork {name}", "mend what is said, with kubectl edit");
        if (networks.Length > wrong.Count)
            report.Fact($"{networks.Length - wrong.Count} egress networks are in force");
    }
}
