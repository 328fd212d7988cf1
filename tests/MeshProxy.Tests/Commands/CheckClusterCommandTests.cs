using System.Text.Json.Nodes;
using MeshProxy.Commands;
using MeshProxy.Tests.Kubernetes.Support;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Commands;

public sealed class CheckClusterCommandTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private Task<ExitCode> Invoke(params string[] args) =>
        new CommandLine(new CheckCommand(new CheckClusterCommand())).InvokeAsync(args, _output, _error);

    [Fact]
    public async Task Findings_say_where_what_and_how_to_mend_it_and_end_with_65()
    {
        await using var cluster = await ClusterStandIn.StartAsync();
        cluster.Connect().Dispose();
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.BadConfig, await Invoke("check", "cluster", "--kubeconfig", Write(folder, cluster)));
        Assert.Contains("MutatingWebhookConfiguration: no webhook is registered", _output.ToString());
        Assert.Contains("  mend: install the chart", _output.ToString());
        Assert.Contains("ok: the cluster answers: Kubernetes v1.31.2", _output.ToString());
    }

    [Fact]
    public async Task Json_is_one_object_for_machines()
    {
        await using var cluster = await ClusterStandIn.StartAsync();
        cluster.Connect().Dispose();
        using var folder = new TemporaryFolder();
        await Invoke("check", "cluster", "--json", "--kubeconfig", Write(folder, cluster), "--context", "testing");
        var report = JsonNode.Parse(_output.ToString())!;
        Assert.False(report["ok"]!.GetValue<bool>());
        Assert.NotEmpty(report["findings"]![0]!["mend"]!.GetValue<string>());
    }

    [Fact]
    public async Task Unusable_kubeconfig_is_one_line()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.BadConfig, await Invoke("check", "cluster", "--kubeconfig", folder.PathOf("missing")));
        Assert.Contains("missing", Assert.Single(_error.ToString().TrimEnd().Split('\n')));
    }

    private static string Write(TemporaryFolder folder, ClusterStandIn cluster)
    {
        var authority = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(cluster.Authority.ExportCertificatePem()));
        return folder.Write("kubeconfig", $$"""
            current-context: testing
            contexts: [{name: testing, context: {cluster: c, user: u} }]
            clusters: [{name: c, cluster: {server: "{{cluster.Address}}", certificate-authority-data: {{authority}} } }]
            users: [{name: u, user: {token: admin} }]
            """);
    }
}
