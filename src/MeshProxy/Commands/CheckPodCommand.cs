using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Kubernetes.Egress;
using MeshProxy.Kubernetes.Manifests;

namespace MeshProxy.Commands;

/// <summary>What the webhook would say about the pods of manifests.</summary>
internal sealed class CheckPodCommand : CheckSubcommand
{
    private readonly Argument<string[]> _paths = new("FILE")
    {
        Description = "Manifests, YAML or JSON, or folders of them",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly InjectSettingsOptions _options = new();

    public CheckPodCommand()
        : base("pod", "Say what would become of the pods in manifests, and what is wrong with their annotations.")
    {
        Arguments.Add(_paths);
        _options.AddTo(this);
    }

    public override ImmutableArray<Example> Examples => [new(
        "meshproxy check pod deployment.yaml", "misspelled annotations, bad values, what keeps a sidecar out")];

    public override Task<ExitCode> CheckAsync(ParseResult line, CancellationToken cancelled) => Task.FromResult(Check(line));

    private ExitCode Check(ParseResult line)
    {
        // 'meshproxy check' alone names no manifest.
        if (line.GetResult(_paths) is null)
            return ExitCode.Ok;
        if (!_options.TryRead(line, "webhook", out var settings, out var wrong))
            return CheckReport.End(line, Name, ExitCode.BadConfig, [], wrong);
        var found = line.GetValue(_paths)!.Select(ManifestFiles.Read).ToList();
        var files = found.SelectMany(read => read.Files).ToList();
        var injector = new ManifestInjector(settings, ManifestInjector.Namespaces(files.Select(file => file.Text)));
        var outcomes = files.Select(file => injector.Check(file.Text, file.Name)).ToList();
        var errors = found.SelectMany(read => read.Errors).Concat(outcomes.SelectMany(outcome => outcome.Errors)).ToList();
        var code = errors.Count > 0 || outcomes.Any(outcome => outcome.Warnings > 0) ? ExitCode.BadConfig : ExitCode.Ok;
        return CheckReport.End(line, Name, code, [.. outcomes.SelectMany(outcome => outcome.Lines)], errors);
    }
}
