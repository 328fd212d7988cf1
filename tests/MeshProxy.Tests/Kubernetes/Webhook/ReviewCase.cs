using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Kubernetes.Webhook;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Webhook;

/// <summary>A review as API server 1.34 sent it, changed where the case is another, and how the injector is set.</summary>
internal sealed class ReviewCase(string review, string space = "\"meshproxy.io/inject\":\"enabled\"")
{
    public InjectionSettings Settings { get; init; } = new("1.2.3", "webhook");

    /// <summary>Changes the pod.</summary>
    public Action<JsonObject> Change { get; init; } = _ => { };

    /// <summary>Changes what is said about the pod.</summary>
    public Action<JsonObject> Request { get; init; } = _ => { };

    public static string FolderOf(string name) => Repository.PathOf(Path.Combine("tests/MeshProxy.Tests/Kubernetes/Webhook", name));

    public JsonObject Review()
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(FolderOf("Reviews"), review + ".json")))!.AsObject();
        Change(json["request"]!["object"]!.AsObject());
        Request(json["request"]!.AsObject());
        return json;
    }

    /// <param name="pod">Instead of the review's own, as on a second call.</param>
    public async Task<ReviewAnswer> AskAsync(JsonObject? pod = null)
    {
        var json = Review();
        if (pod is not null)
            json["request"]!["object"] = pod.DeepClone();
        var handler = new AdmissionHandler(new OneNamespace(space), () => Settings);
        var outcome = await handler.AnswerAsync(new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString())), default);
        return new ReviewAnswer(json["request"]!["object"] as JsonObject ?? [], json["request"]!["uid"]!.GetValue<string>(),
            JsonNode.Parse(outcome.Body)!);
    }

    private sealed class OneNamespace(string annotations) : INamespaceAnnotations
    {
        public ValueTask<(AnnotationSource Source, string? Failure)> FindAsync(string name, CancellationToken cancelled)
        {
            var texts = JsonNode.Parse($"{{{annotations}}}")!.AsObject()
                .ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>());
            return ValueTask.FromResult<(AnnotationSource, string?)>((new($"namespace {name}", texts, AnnotationSource.None.Labels), null));
        }
    }
}
