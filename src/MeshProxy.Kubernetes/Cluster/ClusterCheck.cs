using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Injection;

namespace MeshProxy.Kubernetes.Cluster;

/// <summary>
/// Looks once at everything in a cluster that MeshProxy needs, and changes nothing. What may not be looked at is a finding too: nobody is
/// to think that it is well.
/// </summary>
public sealed class ClusterCheck(KubernetesApi api, InjectionSettings settings, TimeProvider time)
{
    internal const string PartOf = "app.kubernetes.io/part-of=meshproxy";

    private readonly ReportBuilder _report = new();

    public async Task<ClusterReport> RunAsync(CancellationToken cancelled)
    {
        if (!(await api.GetAsync("version", cancelled)).Has(out var version, out var failure))
        {
            _report.Find(
                $"the cluster does not answer: {failure.Cause}", "API server", "see the kubeconfig's server, authority and credentials");
            return _report.Report();
        }
        _report.Fact($"the cluster answers: Kubernetes {ApiObject.Text(version, "gitVersion")}");
        var namespaces = await ListAsync(ResourcePath.Namespaces, "", cancelled);
        var pods = await ListAsync(ResourcePath.Pods, "", cancelled);
        await CheckWebhooksAsync(pods, cancelled);
        var daemons = await ListAsync(ResourcePath.DaemonSets, PartOf, cancelled);
        CniCheck.Look(daemons, await ListAsync(ResourcePath.Nodes, "", cancelled), pods, _report);
        EgressCheck.Look(await ListAsync(ResourcePath.EgressNetworks, "", cancelled), _report);
        var decided = settings with { Cni = daemons.Length > 0, SupportsNative = HasNative(version) };
        PodCheck.Look(namespaces, pods, decided, _report);
        return _report.Report();
    }

    private async Task CheckWebhooksAsync(ImmutableArray<JsonObject> pods, CancellationToken cancelled)
    {
        var configurations = await ListAsync(ResourcePath.MutatingWebhooks, PartOf, cancelled);
        var check = new WebhookCheck(_report, time);
        foreach (var (configuration, webhook) in check.Webhooks(configurations))
        {
            var service = ApiObject.Field(webhook, "clientConfig", "service");
            var (space, name) = (ApiObject.Text(service, "namespace") ?? "", ApiObject.Text(service, "name") ?? "");
            if (service is not null)
            {
                var slices = await ListAsync(ResourcePath.EndpointSlices.In(space), $"kubernetes.io/service-name={name}", cancelled);
                check.LookAtEndpoints(slices, $"Service {space}/{name}");
            }
            var secret = WebhookCheck.SecretOf(pods, space) is { } mounted
                ? await api.GetAsync(ResourcePath.Secrets.In(space), mounted, cancelled) : default;
            check.LookAtCertificate(configuration, webhook, secret, $"{name}.{space}.svc");
            await new WebhookProbe(_report, time).AskAsync(webhook, cancelled);
        }
    }

    private async Task<ImmutableArray<JsonObject>> ListAsync(ResourcePath resource, string labels, CancellationToken cancelled)
    {
        if ((await api.ListAsync(resource, labels, cancelled)).Has(out var list, out var failure))
            return list.Items;
        var name = $"{resource.Plural}.{resource.Group}".TrimEnd('.');
        if (failure.Kind == ApiFailureKind.NotFound)
            _report.Find(
                $"the cluster knows no {resource.Plural}", $"CustomResourceDefinition {name}", "install the chart, or deploy/manifests");
        else
            _report.Find($"{resource.Plural} cannot be looked at: {failure.Cause}", name, "use credentials that may list them");
        return [];
    }

    private static bool HasNative(JsonObject version) =>
        !ClusterVersion.TryParse(ApiObject.Text(version, "gitVersion") ?? "", out var parsed) || parsed.HasNativeSidecars;
}
