using System.Text.Json.Nodes;

namespace MeshProxy.Tests.Kubernetes.Webhook;

/// <summary>
/// Turns the pod of a Deployment, as it was recorded, into the one that the controller of another workload makes: names, labels, owners,
/// finalizers, and what each puts into the spec.
/// </summary>
internal static class WorkloadPods
{
    public static void ReplicaSet(JsonObject pod)
    {
        Generate(pod, "apps/v1", "ReplicaSet", "web");
        Label(pod, new() { ["app"] = "web" });
    }

    /// <summary>Its pods have names before they are made, and volumes of their own.</summary>
    public static void StatefulSet(JsonObject pod)
    {
        Generate(pod, "apps/v1", "StatefulSet", "db");
        pod["metadata"]!["name"] = "db-0";
        Label(pod, new()
        {
            ["app"] = "db",
            ["apps.kubernetes.io/pod-index"] = "0",
            ["controller-revision-hash"] = "db-6d8f7c5b9",
            ["statefulset.kubernetes.io/pod-name"] = "db-0",
        });
        (pod["spec"]!["hostname"], pod["spec"]!["subdomain"]) = ("db-0", "db");
        pod["spec"]!["volumes"]!.AsArray().Insert(
            0, JsonNode.Parse("""{"name":"data","persistentVolumeClaim":{"claimName":"data-db-0"}}"""));
        pod["spec"]!["containers"]![0]!["volumeMounts"]!.AsArray().Insert(0, JsonNode.Parse("""{"name":"data","mountPath":"/data"}"""));
    }

    /// <summary>Its pods are bound to their node by an affinity, and tolerate what nodes may suffer from.</summary>
    public static void DaemonSet(JsonObject pod)
    {
        Generate(pod, "apps/v1", "DaemonSet", "agent");
        Label(pod, new() { ["app"] = "agent", ["controller-revision-hash"] = "7c9d8b6f5", ["pod-template-generation"] = "1" });
        pod["spec"]!["affinity"] = JsonNode.Parse(
            """
            {"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
              {"matchFields":[{"key":"metadata.name","operator":"In","values":["node-1"]}]}]}}}
            """);
        pod["spec"]!["tolerations"] = JsonNode.Parse(
            """
            [{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute"},
             {"key":"node.kubernetes.io/disk-pressure","operator":"Exists","effect":"NoSchedule"}]
            """);
    }

    public static void Job(JsonObject pod) => Job(pod, "once", "Never");

    /// <summary>Of a Job that a CronJob has made.</summary>
    public static void CronJob(JsonObject pod) => Job(pod, "nightly-29384", "OnFailure");

    /// <summary>Each of its pods knows its index.</summary>
    public static void IndexedJob(JsonObject pod)
    {
        Job(pod, "shards", "Never");
        const string Index = "batch.kubernetes.io/job-completion-index";
        pod["metadata"]!["generateName"] = "shards-3-";
        pod["metadata"]!["annotations"] = new JsonObject { [Index] = "3" };
        pod["metadata"]!["labels"]![Index] = "3";
        pod["spec"]!["hostname"] = "shards-3";
        var field = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = $"metadata.labels['{Index}']" };
        pod["spec"]!["containers"]![0]!["env"] = new JsonArray(
            new JsonObject { ["name"] = "JOB_COMPLETION_INDEX", ["valueFrom"] = new JsonObject { ["fieldRef"] = field } });
    }

    private static void Job(JsonObject pod, string name, string restart)
    {
        Generate(pod, "batch/v1", "Job", name);
        const string Uid = "0b1a5c9e-0f3e-4e5a-9a46-1f4f2f9f8f10";
        Label(pod, new()
        {
            ["batch.kubernetes.io/controller-uid"] = Uid,
            ["batch.kubernetes.io/job-name"] = name,
            ["controller-uid"] = Uid,
            ["job-name"] = name,
        });
        pod["metadata"]!["finalizers"] = new JsonArray("batch.kubernetes.io/job-tracking");
        pod["spec"]!["restartPolicy"] = restart;
        pod["spec"]!["containers"]![0]!.AsObject().Remove("readinessProbe");
    }

    private static void Generate(JsonObject pod, string version, string kind, string name)
    {
        pod["metadata"]!["generateName"] = name + "-";
        var owner = pod["metadata"]!["ownerReferences"]![0]!;
        (owner["apiVersion"], owner["kind"], owner["name"]) = (version, kind, name);
        // Written by the API server, about fields that are others now.
        pod["metadata"]!.AsObject().Remove("managedFields");
    }

    private static void Label(JsonObject pod, JsonObject labels) => pod["metadata"]!["labels"] = labels;
}
