using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Commands;

/// <summary>What <c>inject</c> has put into manifests, out again.</summary>
internal sealed class UninjectCommand : MeshCommand
{
    private readonly InjectFiles _files = new();

    public UninjectCommand()
        : base("uninject", "Take out of manifests what inject has put in.") => _files.AddTo(this);

    public override ImmutableArray<Example> Examples =>
        [new("meshproxy uninject deployment.yaml | kubectl apply -f -", "run without a sidecar again")];

    protected override Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled) =>
        Task.FromResult(_files.Run(line, "changed", _ => ManifestInjector.Uninject));
}
