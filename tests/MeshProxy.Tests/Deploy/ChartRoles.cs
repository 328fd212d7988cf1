using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Tests.Kubernetes.Support;

namespace MeshProxy.Tests.Deploy;

/// <summary>What the chart lets a service account do.</summary>
internal static class ChartRoles
{
    public static Func<ClusterRequest, bool> Of(string account, params string[] changes)
    {
        var objects = HelmChart.Objects(changes);
        var bindings = objects.Where(o => Kind(o).EndsWith("RoleBinding", StringComparison.Ordinal)
            && ApiObject.Items(o, "subjects").Any(subject => ApiObject.Text(subject, "name") == account));
        var rules = bindings
            .Select(binding => objects.Single(o => Kind(o) == ApiObject.Text(binding, "roleRef", "kind")
                && ApiObject.Text(o, "metadata", "name") == ApiObject.Text(binding, "roleRef", "name")))
            .SelectMany(role => ApiObject.Items(role, "rules")
                .Select(rule => (Rule: rule, Space: ApiObject.Text(role, "metadata", "namespace"))))
            .ToList();
        // What every client may ask: /version.
        return asked => asked.Resource.Length == 0
            || rules.Any(r => (r.Space is null || r.Space == asked.Namespace) && Allows(r.Rule, asked));
    }

    private static bool Allows(JsonObject rule, ClusterRequest asked) =>
        Has(rule, "apiGroups", asked.Group) && Has(rule, "resources", asked.Resource) && Has(rule, "verbs", asked.Verb)
        && (rule["resourceNames"] is null || asked.Verb != "create" && asked.Name is { } name && Has(rule, "resourceNames", name));

    private static bool Has(JsonObject rule, string list, string text) =>
        rule[list]!.AsArray().Any(item => item!.GetValue<string>() == text);

    private static string Kind(JsonObject found) => ApiObject.Text(found, "kind")!;
}
