using System.Text;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>Manifests: an outcome for every text, also for what came out of it.</summary>
internal sealed class ManifestTarget() : FuzzTarget("manifest")
{
    private static readonly ManifestInjector Injector =
        new(new InjectionSettings("1.0", "inject"), new Dictionary<string, AnnotationSource>());

    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: a # why
          annotations: {meshproxy.io/inject: enabled}
        spec:
          containers:
          - name: app
            image: x

        """u8.ToArray(),
        """
        ---
        kind: Job
        apiVersion: batch/v1
        metadata: {name: j}
        spec:
          template:
            metadata:
              annotations:
                meshproxy.io/inject: "enabled"
            spec: {containers: [{name: a, image: b}], restartPolicy: Never}
        ---
        kind: Service

        """u8.ToArray(),
        ("""{"kind":"Pod","metadata":{"name":"a","annotations":{"meshproxy.io/inject":"enabled"}}"""u8
            + ""","spec":{"containers":[{"name":"a","image":"b"}]}}"""u8).ToArray(),
    ];

    public override ReadOnlySpan<byte> Telling => ":-\n [],{}&*!|>'\"#"u8;

    public override void Read(byte[] input, Random random)
    {
        var text = Encoding.UTF8.GetString(input);
        _ = ManifestInjector.Namespaces([text]);
        var injected = Injector.Inject(text, "x.yaml");
        // Broken texts may name a key twice; then the second run may format what the first has put in.
        // Sound ones are ManifestInjectorTests'.
        Assert.NotNull(Injector.Inject(injected.Text, "x.yaml").Text);
        Assert.NotNull(ManifestInjector.Uninject(injected.Text, "x.yaml").Text);
    }
}
