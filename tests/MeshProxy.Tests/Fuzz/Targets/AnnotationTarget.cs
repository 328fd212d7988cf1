using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Netfilter;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>Values of annotations: read, and the same when their short form is read again, or refused in one line.</summary>
internal sealed class AnnotationTarget() : FuzzTarget("annotation")
{
    private static readonly string[] Texts =
    [
        "25,587,4000-5000", "10.0.0.0/8,fd00::/8", "1h30m", "100m", "64Mi", "true", "2102", "registry.example/a:1", "http,25",
        """{"version":1,"opaque-ports":"25"}""", """{"a":1,"a":2}""",
        """{"version":"1.0","mode":"native","defaultContainer":true,"settings":{}}""",
    ];

    public override IReadOnlyList<byte[]> Samples { get; } = [.. Texts.Select(Encoding.UTF8.GetBytes)];

    public override ReadOnlySpan<byte> Telling => "0,-./: mhMi{}\"[]"u8;

    public override void Read(byte[] input, Random random)
    {
        var text = Encoding.UTF8.GetString(input);
        ReadOwn(text);
        foreach (var key in AnnotationTable.All)
        {
            if (!key.Syntax.Read(text, out var value, out var error))
            {
                Assert.False(string.IsNullOrWhiteSpace(error), key.Name);
                Assert.DoesNotContain('\n', error);
            }
            else
            {
                Assert.True(key.Syntax.Read(value, out var again, out _), $"{key.Name}: {value}");
                Assert.Equal(value, again);
            }
        }
    }

    /// <summary>The two that the injector writes itself come back in whatever state.</summary>
    private static void ReadOwn(string text)
    {
        var pod = JsonNode.Parse("""{"metadata":{},"spec":{"containers":[{"name":"a"},{"name":"meshproxy-proxy"}]} }""")!.AsObject();
        pod["metadata"]!["annotations"] = new JsonObject { [AnnotationNames.Status] = text, [AnnotationNames.Redirect] = text };
        foreach (var injector in new[] { "webhook", "inject" })
        {
            var settings = new InjectionSettings("1.0", injector) { Cni = true };
            _ = PodInjector.Decide(new PodTemplate(pod), AnnotationSource.OfUnreadable("shop"), settings);
        }
        if (!RedirectConfigJson.TryRead(text, out _, out var errors))
            Assert.All(errors, error => Assert.False(string.IsNullOrWhiteSpace(error)));
    }
}
