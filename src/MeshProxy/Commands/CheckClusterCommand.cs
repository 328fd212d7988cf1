using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Cluster;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Lifecycle;

namespace MeshProxy.Commands;

/// <summary>Whether a cluster is set up as it should be. <c>meshproxy check</c> alone looks at one where KUBECONFIG says which.</summary>
internal sealed class CheckClusterCommand : CheckSubcommand
{
    private readonly ClusterOptions _cluster = new();

    public CheckClusterCommand()
        : base("cluster", "Say what is wrong with MeshProxy in a cluster: webhook, certificate, CNI plugin, egress networks, pods.") =>
        _cluster.AddTo(this);

    public override ImmutableArray<Example> Examples => [new(
        "meshproxy check cluster --context testing", "look at the cluster that kubectl calls testing")];

    public override async Task<ExitCode> CheckAsync(ParseResult line, CancellationToken cancelled)
    {
        if (line.CommandResult.Command != this && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Kubeconfig.Variable)))
            return ExitCode.Ok;
        if (!_cluster.Find(line).Has(out var server, out var unknown))
            return CheckReport.End(line, Name, ExitCode.BadConfig, [], [unknown.Cause]);
        using var api = new KubernetesApi(server);
        var settings = new InjectionSettings(BuildVersion.Version, "webhook");
        var report = await new ClusterCheck(api, settings, TimeProvider.System).RunAsync(cancelled);
        if (line.GetValue(CheckCommand.Json))
            line.InvocationConfiguration.Output.WriteLine(report.ToJson());
        else
            Write(report, line.InvocationConfiguration.Output);
        return report.Findings.IsEmpty ? ExitCode.Ok : ExitCode.BadConfig;
    }

    private static void Write(ClusterReport report, TextWriter output)
    {
        foreach (var fact in report.Facts)
            output.WriteLine($"ok: {fact}");
        foreach (var note in report.Notes)
            output.WriteLine($"note: {note}");
        foreach (var finding in report.Findings)
        {
            output.WriteLine($"{finding.Where}: {finding.What}");
            output.WriteLine($"  mend: {finding.Mend}");
        }
    }
}
