using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>A pod, or the template of a workload's pods: its <c>metadata</c> and <c>spec</c>. It is only read.</summary>
public sealed class PodTemplate(JsonObject pod)
{
    public const long DefaultGraceSeconds = 30;

    public JsonObject Json { get; } = pod;

    public JsonNode? Spec => Json["spec"];

    public Dictionary<string, string> Annotations { get; } = ApiObject.Annotations(pod);

    public AnnotationSource Source => new("", Annotations, ApiObject.Labels(Json));

    /// <summary>For messages: a pod of a controller has no name yet, only the beginning of one.</summary>
    public string Name =>
        ApiObject.Text(Json, "metadata", "name") ?? (ApiObject.Text(Json, "metadata", "generateName") is { } start ? start + "…" : "");

    /// <summary>Init containers and containers, without the injector's own.</summary>
    public IEnumerable<JsonObject> Containers => InitContainers.Concat(Apps);

    public IEnumerable<JsonObject> InitContainers => Foreign("initContainers");

    public IEnumerable<JsonObject> Apps => Foreign("containers");

    public bool IsInjected => ContainerNames("initContainers").Concat(ContainerNames("containers")).Contains(InjectedNames.Proxy);

    public long GraceSeconds => ApiObject.Number(Spec, "terminationGracePeriodSeconds") ?? DefaultGraceSeconds;

    /// <summary>TCP ports that containers declare, with their names.</summary>
    public IEnumerable<(string? Name, long Number)> Ports =>
        from container in Containers
        from port in ApiObject.Items(container, "ports")
        where ApiObject.Text(port, "protocol") is null or "TCP"
        let number = ApiObject.Number(port, "containerPort")
        where number is not null
        select (ApiObject.Text(port, "name"), number.Value);

    private IEnumerable<JsonObject> Foreign(string list) =>
        ApiObject.Items(Spec, list).Where(container => !InjectedNames.IsContainer(ApiObject.Text(container, "name")));

    private IEnumerable<string?> ContainerNames(string list) =>
        ApiObject.Items(Spec, list).Select(container => ApiObject.Text(container, "name"));
}
