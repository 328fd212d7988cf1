using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MeshProxy.PodTests.Cni.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Cni;

/// <summary>What a call takes, and what it leaves.</summary>
public sealed partial class CostTests
{
    private const int MostMebibytes = 60;

    /// <summary>CNI_TEST_ROUNDS=1000 for the long version: make cni-endurance.</summary>
    private static readonly int Rounds =
        int.Parse(Environment.GetEnvironmentVariable("CNI_TEST_ROUNDS") ?? "100", CultureInfo.InvariantCulture);

    private static JsonObject Previous => new() { ["cniVersion"] = "1.0.0", ["ips"] = new JsonArray() };

    [PodFact]
    public async Task Pods_that_come_and_go_leave_nothing_behind()
    {
        using var node = new CniNode();
        var before = Inventory.Take(node);
        var namespaces = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            using var pod = CniSandbox.Create();
            namespaces.Add(Inventory.Identity(pod.Namespace));
            (await node.CallOursAsync("ADD", pod, Previous)).Must();
            (await node.CallOursAsync("DEL", pod)).Must();
            Assert.Equal("", NamespaceState.Rules(pod.Namespace));
        }
        Assert.Equal(before, Inventory.Take(node));
        Assert.Empty(Inventory.Held(node, namespaces));
    }

    [PodFact("time")]
    public async Task A_call_takes_little_memory()
    {
        using var node = new CniNode();
        using var pod = CniSandbox.Create();
        var input = PluginList.OurEntry();
        (input["name"], input["cniVersion"], input["prevResult"]) = ("cluster", "1.0.0", Previous);
        input["runtimeConfig"] = new JsonObject { ["io.kubernetes.cri.pod-annotations"] = pod.Annotations };

        var answer = await CniProcess.RunAsync(
            node.Namespace, node.Plugin, pod.Environment("ADD", node.Binaries), input.ToJsonString(),
            InstalledPrograms.Find("time")!, "-f", "peak %M KiB");

        answer.Must();
        var peak = int.Parse(Peak().Match(answer.Log).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        Assert.InRange(peak, 1, MostMebibytes * 1024);
    }

    [GeneratedRegex("peak ([0-9]+) KiB")]
    private static partial Regex Peak();
}
