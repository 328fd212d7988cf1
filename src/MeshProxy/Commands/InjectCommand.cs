using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Commands;

/// <summary>Sidecars into manifests, by hand.</summary>
internal sealed class InjectCommand : MeshCommand
{
    private readonly InjectFiles _files = new();
    private readonly InjectSettingsOptions _options = new();

    public InjectCommand()
        : base("inject", "Put a sidecar into the pods of manifests; comments, order and all else stay.")
    {
        _files.AddTo(this);
        _options.AddTo(this);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy inject deployment.yaml | kubectl apply -f -", "a file, or a folder of them"),
        new("kubectl get deploy web -o yaml | meshproxy inject - | kubectl apply -f -", "what runs already"),
        new("meshproxy inject --in-place --set proxy-log-level=debug k8s/", "change the files themselves"),
    ];

    protected override Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        if (!_options.TryRead(line, "inject", out var settings, out var errors))
            return Task.FromResult(Fail(line, ExitCode.BadConfig, errors));
        settings = settings with { IsWantedByDefault = true };
        return Task.FromResult(_files.Run(line, "injected", texts =>
            new ManifestInjector(settings, ManifestInjector.Namespaces(texts)).Inject));
    }
}
