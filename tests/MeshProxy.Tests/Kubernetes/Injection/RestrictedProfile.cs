using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Tests.Kubernetes.Injection;

/// <summary>The Pod Security Standard "restricted" with "baseline" in it, as its documentation lists the fields.</summary>
internal static class RestrictedProfile
{
    private static readonly string[] VolumeTypes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    private static readonly string[] PodFields = ["hostNetwork", "hostPID", "hostIPC"];

    /// <param name="ofContainers">Whose rules are looked at; those of the pod always are.</param>
    public static string[] Violations(JsonObject pod, Func<string, bool> ofContainers)
    {
        var spec = pod["spec"]!;
        var violations = PodFields.Where(field => ApiObject.IsTrue(spec, field)).ToList();
        violations.AddRange(ApiObject.Items(spec, "volumes")
            .Where(volume => volume.Any(field => field.Key != "name" && !VolumeTypes.Contains(field.Key)))
            .Select(volume => $"volume {volume["name"]}"));
        foreach (var container in ApiObject.Items(spec, "initContainers").Concat(ApiObject.Items(spec, "containers")))
        {
            var name = ApiObject.Text(container, "name")!;
            if (ofContainers(name))
                violations.AddRange(OfContainer(container, spec).Select(violation => $"{name}: {violation}"));
        }
        return [.. violations];
    }

    private static IEnumerable<string> OfContainer(JsonObject container, JsonNode spec)
    {
        var context = container["securityContext"];
        if (ApiObject.IsTrue(context, "privileged"))
            yield return "privileged";
        if (ApiObject.Field(context, "allowPrivilegeEscalation") is not JsonValue escalation || escalation.GetValue<bool>())
            yield return "allowPrivilegeEscalation is not false";
        if (!ApiObject.IsTrue(context, "runAsNonRoot")
            && !(ApiObject.Field(context, "runAsNonRoot") is null && ApiObject.IsTrue(spec, "securityContext", "runAsNonRoot")))
            yield return "runAsNonRoot is not true";
        if (ApiObject.Number(context, "runAsUser") == 0)
            yield return "runAsUser is 0";
        if (ApiObject.Text(context, "seccompProfile", "type") is not ("RuntimeDefault" or "Localhost"))
            yield return "seccompProfile";
        if (!Texts(context, "drop").Contains("ALL"))
            yield return "capabilities.drop has not ALL";
        foreach (var added in Texts(context, "add").Except(["NET_BIND_SERVICE"]))
            yield return $"capabilities.add has {added}";
        if (ApiObject.Items(container, "ports").Any(port => ApiObject.Number(port, "hostPort") is > 0))
            yield return "hostPort";
        if (ApiObject.Text(context, "procMount") is not (null or "Default"))
            yield return "procMount";
    }

    private static IEnumerable<string> Texts(JsonNode? context, string list) =>
        (ApiObject.Field(context, "capabilities", list) as JsonArray ?? []).Select(text => text!.GetValue<string>());
}
