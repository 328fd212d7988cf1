using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>
/// The steps from a pod as it is to the pod with its additions. What is there already is left as it is, with whatever the API server and
/// other webhooks have added to it, so that a second call changes nothing.
/// </summary>
internal sealed class PodPatch
{
    private readonly ImmutableArray<PatchOperation>.Builder _steps = ImmutableArray.CreateBuilder<PatchOperation>();

    private PodPatch()
    {
    }

    public static ImmutableArray<PatchOperation> Of(JsonObject pod, PodAdditions additions)
    {
        var patch = new PodPatch();
        patch.Annotate(pod, additions);
        var isOfSameSettings = additions.Annotations.Any(a =>
            a.Key == AnnotationNames.Status && a.Value == ApiObject.Text(pod, "metadata", "annotations", a.Key));
        foreach (var name in new[] { "initContainers", "containers", "volumes" })
        {
            var addition = additions.Lists.FirstOrDefault(list => list.List == name) ?? new ListAddition(name, false, []);
            patch.Complete(ApiObject.Field(pod, "spec", name) as JsonArray, addition, isOfSameSettings);
        }
        return patch._steps.ToImmutable();
    }

    private void Annotate(JsonObject pod, PodAdditions additions)
    {
        if (pod["metadata"] is not JsonObject)
            Step("add", "/metadata", new JsonObject());
        var present = ApiObject.Field(pod, "metadata", "annotations") as JsonObject;
        if (present is null)
            Step("add", "/metadata/annotations", new JsonObject());
        foreach (var (name, text) in additions.Annotations)
        {
            var path = "/metadata/annotations/" + PatchOperation.Escape(name);
            if (present is null || !present.ContainsKey(name))
                Step("add", path, JsonValue.Create(text));
            else if (ApiObject.Text(present, name) != text)
                Step("replace", path, JsonValue.Create(text));
        }
        var stales = InjectedNames.Annotations.Where(name =>
            present?.ContainsKey(name) == true && additions.Annotations.All(a => a.Key != name));
        foreach (var stale in stales)
            Step("remove", "/metadata/annotations/" + PatchOperation.Escape(stale), null);
    }

    private void Complete(JsonArray? present, ListAddition addition, bool isOfSameSettings)
    {
        var path = "/spec/" + addition.List;
        if (present is null && addition.Items.IsEmpty)
            return;
        if (present is null)
            Step("add", path, new JsonArray());
        var names = (present ?? []).Select(item => ApiObject.Text(item, "name")).ToList();
        RemoveStale(path, names, addition);
        var at = 0;
        foreach (var item in addition.Items)
        {
            var name = ApiObject.Text(item, "name");
            var found = names.IndexOf(name);
            if (found < 0)
            {
                Step("add", $"{path}/{(addition.IsFirst ? at.ToString(CultureInfo.InvariantCulture) : "-")}", item.DeepClone());
                names.Insert(addition.IsFirst ? at : names.Count, name);
            }
            else
            {
                var same = present!.OfType<JsonObject>().First(other => ApiObject.Text(other, "name") == name);
                Complete($"{path}/{found}", same, item, isOfSameSettings);
            }
            at = names.IndexOf(name) + 1;
        }
    }

    /// <summary>What other settings have made is made anew; of what these have made, only what is missing.</summary>
    private void Complete(string path, JsonObject present, JsonObject item, bool isOfSameSettings)
    {
        var whole = isOfSameSettings ? JsonCompletion.Of(present, item) : item;
        if (isOfSameSettings ? !JsonNode.DeepEquals(whole, present) : !JsonCover.Covers(present, item))
            Step("replace", path, whole.DeepClone());
    }

    /// <summary>Parts of another mode.</summary>
    private void RemoveStale(string path, List<string?> names, ListAddition addition)
    {
        for (var i = names.Count - 1; i >= 0; i--)
        {
            if ((InjectedNames.IsContainer(names[i]) || InjectedNames.IsVolume(names[i]))
                && addition.Items.All(item => ApiObject.Text(item, "name") != names[i]))
            {
                Step("remove", $"{path}/{i}", null);
                names.RemoveAt(i);
            }
        }
    }

    private void Step(string op, string path, JsonNode? value) => _steps.Add(new PatchOperation(op, path, value));
}
