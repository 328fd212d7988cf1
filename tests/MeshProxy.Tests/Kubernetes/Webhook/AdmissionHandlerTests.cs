using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Kubernetes.Webhook;
using MeshProxy.Tests.Kubernetes.Support;
using Microsoft.AspNetCore.Http;
using static MeshProxy.Tests.Kubernetes.Support.ApiServerStandIn;

namespace MeshProxy.Tests.Kubernetes.Webhook;

/// <summary>Reviews while the API server, or the webhook itself, does not do what it should.</summary>
public sealed class AdmissionHandlerTests
{
    public static TheoryData<string, string> Refusals => new()
    {
        { "hangs", "the API server does not answer in time" },
        { "401", "401 Unauthorized (is the token of this cluster, and has it not expired?)" },
        { "404", "404 namespaces" },
        { "500", "500 etcdserver: leader changed" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Pod_of_a_namespace_that_cannot_be_read_gets_its_sidecar_and_a_warning(string refusal, string cause)
    {
        await using var server = await StartAsync();
        server.OnList(AnswerOf(refusal));
        using var api = server.Connect();
        var answer = await AskAsync(new WatchedNamespaces(api));
        Assert.True(answer.IsAllowed);
        Assert.NotNull(answer.Proxy);
        var warning = Assert.Single(answer.Warnings);
        Assert.StartsWith("meshproxy: the settings of namespace demo could not be read: ", warning);
        Assert.Contains(cause, warning);
        Assert.Equal("GET /api/v1/namespaces/demo", server.Requests.Single());
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Pod_that_says_no_stays_out_of_the_mesh_all_the_same(string refusal, string cause)
    {
        await using var server = await StartAsync();
        server.OnList(AnswerOf(refusal));
        using var api = server.Connect();
        var answer = await AskAsync(new WatchedNamespaces(api), "meshproxy.io/inject", "disabled");
        Assert.True(answer.IsAllowed);
        Assert.Empty(answer.Patch);
        Assert.Contains(answer.Warnings, warning => warning.Contains(cause));
    }

    [Fact]
    public async Task Settings_of_a_namespace_that_can_be_read_are_in_force()
    {
        await using var server = await StartAsync();
        server.OnList(Json(Namespace("demo", "7", "\"meshproxy.io/inject\":\"enabled\",\"config.meshproxy.io/access-log\":\"json\"")));
        using var api = server.Connect();
        var answer = await AskAsync(new WatchedNamespaces(api));
        Assert.Equal("json", answer.Variable("MESHPROXY_LOG__ACCESS"));
        Assert.Empty(answer.Warnings);
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("{\"injector\":")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Status_of_whatever_kind_is_replaced(string status)
    {
        var answer = await AskAsync(new UnknownNamespaces("nobody to ask"), AnnotationNames.Status, status);
        Assert.True(answer.IsAllowed);
        var annotations = answer.Patched["metadata"]!["annotations"]!;
        Assert.Contains("\"injector\":\"webhook\"", annotations[AnnotationNames.Status]!.GetValue<string>());
    }

    [Fact]
    public async Task Mistake_of_the_webhook_denies_the_pod_with_the_reason()
    {
        var answer = await AskAsync(new Broken());
        Assert.False(answer.IsAllowed);
        Assert.Equal("meshproxy: the webhook failed at this pod, which its log tells more of: a bug", answer.Message);
        Assert.Equal("d1cafc9d-f528-4f44-9d2d-a95343659d01", answer.Json["response"]!["uid"]!.GetValue<string>());
    }

    private static Func<HttpContext, Task> AnswerOf(string refusal) => refusal switch
    {
        "hangs" => HangAsync,
        "401" => Json("""{"message":"Unauthorized"}""", 401),
        "404" => Json("""{"message":"namespaces \"demo\" not found"}""", 404),
        _ => Json("""{"message":"etcdserver: leader changed"}""", 500),
    };

    private static async Task<ReviewAnswer> AskAsync(INamespaceAnnotations namespaces, string? annotation = null, string value = "")
    {
        var review = new ReviewCase("pod-of-deployment").Review();
        var pod = review["request"]!["object"]!.AsObject();
        if (annotation is not null)
            pod["metadata"]!["annotations"] = new JsonObject { [annotation] = value };
        var handler = new AdmissionHandler(namespaces, () => new InjectionSettings("1.2.3", "webhook"));
        var outcome = await handler.AnswerAsync(new MemoryStream(Encoding.UTF8.GetBytes(review.ToJsonString())), default);
        return new ReviewAnswer(pod, "", JsonNode.Parse(outcome.Body)!);
    }

    private sealed class Broken : INamespaceAnnotations
    {
        public ValueTask<(AnnotationSource Source, string? Failure)> FindAsync(string name, CancellationToken cancelled) =>
            throw new InvalidOperationException("a bug");
    }
}
