using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Cni;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Cni;

/// <summary>One call of the plugin inside the test's own process; for calls that reach no network namespace.</summary>
internal sealed record PluginCall(int ExitCode, string Output, string Log)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    public static PluginCall Run(string command, string input, params (string Name, string Value)[] variables) =>
        Run(command, new MemoryStream(Encoding.UTF8.GetBytes(input)), variables);

    public static PluginCall Run(string command, Stream input, params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(v => v.Name, v => v.Value);
        environment["CNI_COMMAND"] = command;
        using var output = new MemoryStream();
        using var log = new StringWriter();
        var exitCode = CniPlugin.Run(environment.GetValueOrDefault, input, output, log);
        return new PluginCall(exitCode, Encoding.UTF8.GetString(output.ToArray()), log.ToString());
    }

    /// <summary>As a runtime does for a container that has a namespace.</summary>
    public static PluginCall RunFor(string command, string input, string netns = "/nowhere") =>
        Run(command, input, ("CNI_CONTAINERID", "c1"), ("CNI_NETNS", netns), ("CNI_IFNAME", "eth0"));

    public static PluginCall RunFor(string command, Stream input) =>
        Run(command, input, ("CNI_CONTAINERID", "c1"), ("CNI_NETNS", "/nowhere"), ("CNI_IFNAME", "eth0"));

    /// <summary>What containerd 1.6 said to a chained plugin, environment and standard input.</summary>
    public static (string Input, (string Name, string Value)[] Variables) Recorded(string name)
    {
        var path = Repository.PathOf($"tests/MeshProxy.Tests/Kubernetes/Cni/Data/containerd-1.6-{name}.json");
        var recorded = JsonNode.Parse(File.ReadAllText(path))!;
        return (recorded["stdin"]!.ToJsonString(), [.. recorded["env"]!.AsObject().Select(v => (v.Key, v.Value!.GetValue<string>()))]);
    }
}
