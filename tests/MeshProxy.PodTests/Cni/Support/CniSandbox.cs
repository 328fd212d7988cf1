using System.Text.Json.Nodes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>What a runtime knows of a pod that it makes: its namespace, which nobody has wired yet, and its annotations.</summary>
internal sealed record CniSandbox(NetworkNamespace Namespace, string? Redirect) : IDisposable
{
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>A port of the node that leads to one of the pod, as <c>hostPort</c> asks for it.</summary>
    public (ushort Host, ushort Pod)? PortMapping { get; init; }

    /// <summary>As the injector writes it where nothing was asked for.</summary>
    public const string Defaults = """{"version":1}""";

    public static CniSandbox Create(string? redirect = Defaults) => new(NetworkNamespace.Create("pod"), redirect);

    public JsonObject Annotations => Redirect is null ? [] : new JsonObject { ["meshproxy.io/redirect"] = Redirect };

    public IReadOnlyDictionary<string, string> Environment(string command, string binaries, string? netns = null) =>
        new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = Id,
            ["CNI_NETNS"] = netns ?? Namespace.Path,
            ["CNI_IFNAME"] = "eth0",
            ["CNI_PATH"] = binaries,
            ["CNI_ARGS"] = $"IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=cart;K8S_POD_INFRA_CONTAINER_ID={Id}",
        };

    public void Dispose() => Namespace.Dispose();
}
