using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Cni.Repair;

namespace MeshProxy.Tests.Kubernetes.Cni.Repair;

public sealed class UnredirectedPodTests
{
    [Theory]
    [InlineData("""{"state":{"terminated":{"exitCode":95}}}""", true)]
    [InlineData(
        """{"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":95}},"restartCount":3}""",
        true)]
    [InlineData("""{"state":{"terminated":{"exitCode":0}},"lastState":{"terminated":{"exitCode":95}}}""", false)]
    [InlineData("""{"state":{"terminated":{"exitCode":143}}}""", false)]
    [InlineData("""{"state":{"running":{}}}""", false)]
    public void A_pod_needs_repair_when_its_validator_said_so_last(string status, bool expected) =>
        Assert.Equal(expected, UnredirectedPod.Of(Pod(status)) is not null);

    [Fact]
    public void A_pod_that_goes_away_or_is_not_ours_is_left_alone()
    {
        const string Failed = """{"state":{"terminated":{"exitCode":95}}}""";
        var leaving = Pod(Failed);
        leaving["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        Assert.Null(UnredirectedPod.Of(leaving));
        var foreign = Pod(Failed);
        foreign["metadata"]!.AsObject().Remove("annotations");
        Assert.Null(UnredirectedPod.Of(foreign));
        var node = Pod(Failed);
        node["spec"] = new JsonObject { ["hostNetwork"] = true };
        Assert.Null(UnredirectedPod.Of(node));
    }

    internal static JsonObject Pod(string validator, string uid = "u-1")
    {
        var status = JsonNode.Parse(validator)!.AsObject();
        status["name"] = "meshproxy-validator";
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "cart",
                ["namespace"] = "shop",
                ["uid"] = uid,
                ["annotations"] = new JsonObject { ["meshproxy.io/redirect"] = """{"version":1}""" },
            },
            ["status"] = new JsonObject { ["initContainerStatuses"] = new JsonArray(status) },
        };
    }
}
