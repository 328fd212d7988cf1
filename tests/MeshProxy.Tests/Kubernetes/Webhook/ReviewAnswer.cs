using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Tests.Kubernetes.Support;

namespace MeshProxy.Tests.Kubernetes.Webhook;

/// <summary>What was asked about, and the answer.</summary>
internal sealed record ReviewAnswer(JsonObject Pod, string Uid, JsonNode Json)
{
    public bool IsAllowed => ApiObject.IsTrue(Json, "response", "allowed");

    public string? Message => ApiObject.Text(Json, "response", "status", "message");

    public string[] Warnings =>
        [.. (ApiObject.Field(Json, "response", "warnings") as JsonArray ?? []).Select(warning => warning!.GetValue<string>())];

    public JsonArray Patch => ApiObject.Text(Json, "response", "patch") is { } patch
        ? JsonNode.Parse(Convert.FromBase64String(patch))!.AsArray() : [];

    public JsonObject Patched => JsonPatchStandIn.Apply(Pod, Patch);

    public JsonObject Proxy => Container("initContainers", "meshproxy-proxy") ?? Container("containers", "meshproxy-proxy")
        ?? throw new InvalidOperationException("there is no sidecar");

    public JsonObject? Container(string list, string name) =>
        ApiObject.Items(Patched, "spec", list).FirstOrDefault(container => ApiObject.Text(container, "name") == name);

    public string[] Names(string list) => [.. ApiObject.Items(Patched, "spec", list).Select(item => ApiObject.Text(item, "name")!)];

    public string? Variable(string name) =>
        ApiObject.Items(Proxy, "env").Where(variable => ApiObject.Text(variable, "name") == name).Select(v => ApiObject.Text(v, "value"))
            .FirstOrDefault();
}
