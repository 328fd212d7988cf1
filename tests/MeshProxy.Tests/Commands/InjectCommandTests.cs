using MeshProxy.Commands;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Commands;

public sealed class InjectCommandTests : IDisposable
{
    private const string Pod = "kind: Pod\nmetadata:\n  name: x\nspec:\n  containers:\n  - name: a\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Manifest_comes_out_on_standard_output_and_the_report_on_standard_error()
    {
        var (code, output, error) = await RunAsync("inject", _folder.Write("pod.yaml", Pod));
        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("kind: Pod\n", output);
        Assert.Contains("name: meshproxy-proxy", output);
        Assert.EndsWith("pod.yaml:1: Pod x: injected\nmeshproxy: 1 injected, 0 skipped, 0 refused\n", error);
    }

    [Fact]
    public async Task File_in_place_is_injected_and_uninjected_to_what_it_was()
    {
        var file = _folder.Write("pod.yaml", Pod);
        var (code, output, _) = await RunAsync("inject", "--in-place", _folder.Path);
        Assert.Equal((ExitCode.Ok, ""), (code, output));
        Assert.Contains("name: meshproxy-proxy", await File.ReadAllTextAsync(file));
        Assert.Equal(ExitCode.Ok, (await RunAsync("uninject", "--in-place", file)).Code);
        Assert.Equal(Pod, await File.ReadAllTextAsync(file));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task What_cannot_be_done_ends_with_1_and_the_rest_is_done()
    {
        var refused = Pod.Replace("spec:\n", "spec:\n  hostNetwork: true\n");
        var (code, output, error) = await RunAsync("inject", _folder.Write("a.yaml", refused), _folder.Write("b.yaml", Pod));
        Assert.Equal(ExitCode.NotDone, code);
        Assert.StartsWith(refused + "---\n", output);
        Assert.Contains("name: meshproxy-proxy", output);
        Assert.Contains("a.yaml:1: Pod x: hostNetwork is true", error);
    }

    [Theory]
    [InlineData("--set", "proxy-uid=0", "--set: proxy-uid: '0' is not a number")]
    [InlineData("--set", "proxy-image", "--set: 'proxy-image' is not KEY=VALUE")]
    [InlineData("--set", "opaqe-ports=1", "did you mean opaque-ports?")]
    [InlineData("--kubernetes", "new", "--kubernetes: 'new' is not a version")]
    public async Task Bad_option_is_told(string option, string value, string told)
    {
        var (code, output, error) = await RunAsync("inject", _folder.Write("pod.yaml", Pod), option, value);
        Assert.Equal((ExitCode.BadConfig, ""), (code, output));
        Assert.Contains(told, error);
    }

    [Fact]
    public async Task Missing_file_is_told()
    {
        var (code, _, error) = await RunAsync("inject", _folder.PathOf("none.yaml"));
        Assert.Equal(ExitCode.BadConfig, code);
        Assert.Contains("none.yaml: does not exist", error);
    }

    [Fact]
    public async Task Check_of_a_pod_finds_a_misspelled_annotation()
    {
        var wrong = Pod.Replace(
            "  name: x\n",
            "  name: x\n  annotations:\n    meshproxy.io/inject: enabled\n    config.meshproxy.io/opaqe-ports: \"1\"\n");
        var (code, output, _) = await RunAsync("check", "pod", _folder.Write("pod.yaml", wrong));
        Assert.Equal(ExitCode.BadConfig, code);
        Assert.Contains(
            "config.meshproxy.io/opaqe-ports is unknown and has no effect; did you mean config.meshproxy.io/opaque-ports?",
            output);
        Assert.Equal(ExitCode.Ok, (await RunAsync("check", "pod", _folder.Write("pod.yaml", wrong.Replace("opaqe", "opaque")))).Code);
    }

    [Theory]
    [InlineData("Deployment", "metadata: {name: x, annotations: {config.meshproxy.io/opaque-ports: '1'}}", "spec: {template: POD}",
        "config.meshproxy.io/opaque-ports has no effect here; put it under spec.template.metadata.annotations")]
    [InlineData("StatefulSet", "metadata: {name: x, annotations: {meshproxy.io/inject: enabled}}", "spec: {template: POD}",
        "meshproxy.io/inject has no effect here; put it under spec.template.metadata.annotations")]
    [InlineData("Job", "metadata: {name: x, annotations: {config.linkerd.io/skip-outbound-ports: '1'}}", "spec: {template: POD}",
        "config.linkerd.io/skip-outbound-ports has no effect here; put it under spec.template.metadata.annotations")]
    [InlineData("CronJob", "metadata: {name: x}",
        "spec: {jobTemplate: {metadata: {annotations: {config.meshproxy.io/access-log: json}}, spec: {template: POD}}}",
        "config.meshproxy.io/access-log has no effect here; put it under spec.jobTemplate.spec.template.metadata.annotations")]
    [InlineData("Deployment", "metadata: {name: x, annotations: {config.meshproxy.io/opaqe-ports: '1'}}", "spec: {template: POD}",
        "did you mean config.meshproxy.io/opaque-ports? It belongs under spec.template.metadata.annotations")]
    [InlineData("Deployment", "metadata: {name: x, labels: {meshproxy.io/inject: enabled}}", "spec: {template: POD}",
        "meshproxy.io/inject is a label and has no effect; write it as an annotation under spec.template.metadata.annotations")]
    public async Task Annotation_that_its_pods_do_not_get_is_told(string kind, string metadata, string spec, string told)
    {
        var template = spec.Replace("POD", "{metadata: {annotations: {meshproxy.io/inject: enabled}}, spec: {containers: [{name: a}]}}");
        var file = _folder.Write("x.yaml", $"kind: {kind}\n{metadata}\n{template}\n");
        var (code, _, error) = await RunAsync("inject", file);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains(told, error);
        (code, var output, _) = await RunAsync("check", "pod", file);
        Assert.Equal(ExitCode.BadConfig, code);
        Assert.Contains(told, output);
    }

    [Theory]
    [InlineData("annotations: {meshproxy.io/inject: maybe}", "meshproxy.io/inject: 'maybe' is not one of enabled, disabled", true)]
    [InlineData("labels: {meshproxy.io/inject: 'true'}",
        "label meshproxy.io/inject: 'true' is not one of enabled, disabled; did you mean enabled?", true)]
    [InlineData("annotations: {config.meshproxy.io/opaque-ports: '70000'}",
        "config.meshproxy.io/opaque-ports: item 1, '70000', is not a port", true)]
    [InlineData("annotations: {config.meshproxy.io/opaqe-ports: '1'}", "did you mean config.meshproxy.io/opaque-ports?", false)]
    [InlineData("labels: {config.meshproxy.io/opaque-ports: '1'}", "is a label and has no effect; write it as an annotation", false)]
    public async Task Namespace_alone_is_looked_at(string metadata, string told, bool isError)
    {
        var file = _folder.Write("x.yaml", $"kind: Namespace\nmetadata: {{name: shop, {metadata}}}\n");
        var (code, output, error) = await RunAsync("inject", file);
        Assert.Equal(isError ? ExitCode.NotDone : ExitCode.Ok, code);
        Assert.Contains(told, error);
        Assert.Equal(await File.ReadAllTextAsync(file), output);
        (code, output, error) = await RunAsync("check", "pod", file);
        Assert.Equal(ExitCode.BadConfig, code);
        Assert.Contains(told, output + error);
    }

    [Fact]
    public async Task Check_says_that_an_annotation_of_a_namespace_does_not_reach_the_webhook()
    {
        const string Annotated = "kind: Namespace\nmetadata:\n  name: shop\n  annotations: {meshproxy.io/inject: enabled}\n";
        var (code, output, _) = await RunAsync("check", "pod", _folder.Write("x.yaml", Annotated));
        Assert.Equal(ExitCode.BadConfig, code);
        Assert.Contains("the API server asks the webhook by the label meshproxy.io/inject=enabled", output);
        var labelled = _folder.Write("x.yaml", Annotated + "  labels: {meshproxy.io/inject: enabled}\n");
        Assert.Equal(ExitCode.Ok, (await RunAsync("check", "pod", labelled)).Code);
    }

    [Fact]
    public async Task Check_of_a_pod_whose_namespace_is_not_among_the_files_looks_as_if_it_were_meshed()
    {
        var wrong = Pod.Replace("  name: x\n",
            "  name: x\n  namespace: shop\n  annotations:\n    config.meshproxy.io/opaque-ports: \"70000\"\n");
        var (code, output, error) = await RunAsync("check", "pod", _folder.Write("pod.yaml", wrong));
        Assert.Equal(ExitCode.BadConfig, code);
        Assert.Contains("config.meshproxy.io/opaque-ports: item 1, '70000', is not a port", error);
        (code, output, _) = await RunAsync("check", "pod", _folder.Write("pod.yaml", wrong.Replace("70000", "7000")));
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("these files do not say whether namespace shop is meshed; checked as if it were", output);
        var host = Pod.Replace("spec:\n", "spec:\n  hostNetwork: true\n");
        (code, output, _) = await RunAsync("check", "pod", _folder.Write("pod.yaml", host));
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("skipped: hostNetwork is true", output);
        var space = _folder.Write("pod.yaml", wrong + "---\nkind: Namespace\nmetadata: {name: shop}\n");
        (_, output, _) = await RunAsync("check", "pod", space);
        Assert.Contains("skipped: nobody asks", output);
    }

    private static async Task<(ExitCode Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var line = new CommandLine(new InjectCommand(), new UninjectCommand(), new CheckCommand(new CheckPodCommand()));
        var code = await line.InvokeAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
