using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MeshProxy.PodTests.Lifecycle.Kubelet;

/// <summary>A container that the injector made, as its manifest says: what a kubelet goes by.</summary>
internal sealed class InjectedContainer(JsonNode container)
{
    public string Name => (string)container["name"]!;

    public bool RestartsAlways => (string?)container["restartPolicy"] == "Always";

    public int User => (int)container["securityContext"]!["runAsUser"]!;

    public ImmutableArray<string> AddedCapabilities => Texts(container["securityContext"]!["capabilities"]!["add"]);

    /// <summary>The program by its path in the image, and its arguments.</summary>
    public ImmutableArray<string> Line => [.. Texts(container["command"]), .. Texts(container["args"])];

    public ImmutableDictionary<string, string> Environment =>
        Items(container["env"]).ToImmutableDictionary(variable => (string)variable["name"]!, variable => (string)variable["value"]!);

    public ImmutableArray<string> MountPaths => [.. Items(container["volumeMounts"]).Select(mount => (string)mount["mountPath"]!)];

    /// <summary>The path and port that the startup probe asks, from outside the pod; null where there is none.</summary>
    public (string Path, int Port)? StartupProbe =>
        container["startupProbe"]?["httpGet"] is { } get ? ((string)get["path"]!, (int)get["port"]!) : null;

    /// <summary>What is run in the container, as its user, for postStart or preStop; empty where there is no such hook.</summary>
    public ImmutableArray<string> Hook(string name) => Texts(container["lifecycle"]?[name]?["exec"]?["command"]);

    private static ImmutableArray<string> Texts(JsonNode? list) => [.. Items(list).Select(text => (string)text!)];

    private static IEnumerable<JsonNode> Items(JsonNode? list) => (list?.AsArray() ?? []).Select(item => item!);
}
