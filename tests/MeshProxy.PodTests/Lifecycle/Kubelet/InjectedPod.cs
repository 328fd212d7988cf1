using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <summary>A pod as 'meshproxy inject' makes it, so that a test leads the life of the pod that people get.</summary>
internal sealed class InjectedPod
{
    /// <summary>The app's container, which the tests run in their own way.</summary>
    public const string App = "app";

    /// <summary>The sidecar's.</summary>
    public const string Proxy = "meshproxy-proxy";

    private static readonly ConcurrentDictionary<(bool Native, TimeSpan Grace), InjectedPod> Made = new();

    private InjectedPod(JsonNode spec) => (InitContainers, Containers) = (In(spec["initContainers"]), In(spec["containers"]));

    public ImmutableArray<InjectedContainer> InitContainers { get; }

    public ImmutableArray<InjectedContainer> Containers { get; }

    public InjectedContainer Sidecar => InitContainers.Concat(Containers).Single(container => container.Name == Proxy);

    /// <param name="grace">Whole seconds.</param>
    public static InjectedPod Of(bool native, TimeSpan grace) => Made.GetOrAdd((native, grace), _ => Inject(native, grace));

    private static InjectedPod Inject(bool native, TimeSpan grace)
    {
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = "pod",
                ["annotations"] = new JsonObject { ["config.meshproxy.io/native-sidecar"] = native ? "enabled" : "disabled" },
            },
            ["spec"] = new JsonObject
            {
                ["terminationGracePeriodSeconds"] = Convert.ToInt64(grace.TotalSeconds, CultureInfo.InvariantCulture),
                ["containers"] = new JsonArray(new JsonObject { ["name"] = App, ["image"] = App }),
            },
        };
        return new InjectedPod(JsonNode.Parse(Tool.Run(MeshProxyExecutable.Path, ["inject", "-"], pod.ToJsonString()))!["spec"]!);
    }

    private static ImmutableArray<InjectedContainer> In(JsonNode? list) =>
        [.. list!.AsArray().Select(container => new InjectedContainer(container!))];
}
